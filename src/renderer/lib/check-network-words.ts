import type { Finding } from '../../contract/diagnostics.ts'
import { again, issuerOf, portal, proxyOf, status } from './check-words.ts'
import type { WordsOf } from './check-words.ts'

type Network = Extract<
  Finding,
  `address-${string}` | `proxy-${string}` | `dns-${string}` | `tcp-${string}` | `tls-${string}` | 'offline'
>

const day = (iso: string | null): string => {
  const at = Date.parse(iso ?? '')
  return Number.isNaN(at) ? 'an unknown day' : new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(at)
}

/** Between this computer and a server. */
export const networkWords: WordsOf<Network> = {
  'address-local': () => ({
    found: 'No server is set up, so the app looks for one on this computer.',
    administrator:
      'Set the addresses of both servers by policy (platformUrl and librechatUrl), then start the app again.',
  }),
  'proxy-unknown': () => ({
    found: 'This computer names a proxy that the app cannot use.',
    you: 'Check the proxy settings of this computer.',
    administrator: 'The proxy setting or PAC script has to name an HTTP or HTTPS proxy, or a direct connection.',
  }),
  'proxy-unreachable': (about) => ({
    found: `The ${proxyOf(about)} does not answer.`,
    you: 'Connect to the network or VPN that the proxy belongs to. If there is no such proxy any more, switch it off in the network settings of this computer.',
    administrator: `This computer is told to use the ${proxyOf(about)}, and cannot connect to it.`,
  }),
  'proxy-authentication': (about) => {
    const wanted = about.fact('proxy-sign-in') ?? 'Basic'
    return {
      found: `The ${proxyOf(about)} asks for a sign-in (${wanted}) before it lets the app through.`,
      you: /\bBasic\b/i.test(wanted)
        ? `Give your name and password for the proxy when the app asks for them, ${again} It asks again when you try to sign in.`
        : 'The app cannot sign in to a proxy in this way. Use another network, or ask your administrator.',
      administrator: `Let ${about.host} through the proxy without a sign-in, or let the proxy take a name and password (Basic).`,
    }
  },
  'proxy-refused': (about) => ({
    found: `The ${proxyOf(about)} does not let the app connect to ${about.host}${status(about)}.`,
    you: 'Use another network, or ask your administrator.',
    administrator: `Allow CONNECT to ${about.host} on the proxy.`,
  }),
  'proxy-no-route': (about) => ({
    found: `The proxy answers, but it could not reach ${about.host}${status(about)}.`,
    you: 'Try again in a few minutes.',
    administrator: `Check that the proxy can look up and reach ${about.host}.`,
  }),
  'dns-not-found': ({ host }) => ({
    found: `The network knows no address for ${host}.`,
    you: 'Check that this computer is online. If the server is only for your company, connect to its network or VPN.',
    administrator: `The name ${host} is not in the DNS that this computer asks.`,
  }),
  'dns-failed': ({ host }) => ({
    found: `The name server of this network did not answer when it was asked for ${host}.`,
    you: 'Check your internet connection: Wi-Fi, cable, VPN.',
    administrator: 'The DNS server that this computer uses does not answer.',
  }),
  'tcp-refused': ({ host, fact }) => ({
    found: `${host} refuses connections.`,
    you: 'The server may be down: try again in a few minutes.',
    administrator: `Nothing takes connections at ${fact('connected-to') ?? host}: start the server, or open its port.`,
  }),
  'tcp-timeout': ({ host }) => ({
    found: `Nothing comes back from ${host}.`,
    you: 'Check your internet connection, and connect to your company’s network or VPN if the server needs it.',
    administrator: `A firewall may drop what is sent to ${host}: allow outgoing connections to it.`,
  }),
  'tcp-reset': ({ host }) => ({
    found: `Something cuts the connection to ${host}.`,
    you: 'Try another network. A security program on this computer can be the cause too.',
    administrator: `A firewall or security product resets connections to ${host}: allow them.`,
  }),
  'tcp-blocked': () => ({
    found: 'This computer does not let the app use the network.',
    you: 'Allow this app in the firewall or security program of this computer.',
    administrator: 'A firewall on the computer itself blocks the app.',
  }),
  offline: ({ host }) => ({
    found: `This computer has no way to ${host}: it seems to be offline.`,
    you: 'Connect to a network, then run the check again.',
  }),
  'tls-expired': (about) => ({
    found: `The certificate of ${about.host} ended on ${day(about.fact('valid-until'))}.`,
    you: `Check the date and time of this computer (it says ${day(new Date().toISOString())}). If they are right, only the administrator can mend this.`,
    administrator: `Renew the certificate of ${about.host}, issued by ${issuerOf(about)}.`,
  }),
  'tls-not-yet-valid': (about) => ({
    found: `The certificate of ${about.host} is not valid before ${day(about.fact('valid-from'))}.`,
    you: `Check the date and time of this computer: it says ${day(new Date().toISOString())}.`,
    administrator: `If the computer’s clock is right, replace the certificate of ${about.host}.`,
  }),
  'tls-untrusted-issuer': (about) => ({
    found: `The certificate that is shown for ${about.host} was issued by ${issuerOf(about)}, which this computer does not trust. Something in this network may open and re-encrypt connections, so nothing was sent.`,
    you: `${portal}, ${again} Otherwise ask your administrator.`,
    administrator: `If ${issuerOf(about)} is your own authority or TLS inspection, install its root certificate in the system’s certificate store of this computer, or exempt ${about.host} from inspection. If it is the server’s real issuer, let the server send its whole chain.`,
  }),
  'tls-self-signed': ({ host }) => ({
    found: `${host} shows a certificate that it made for itself, so nothing was sent.`,
    you: `${portal}, ${again}`,
    administrator: `Give ${host} a certificate of an authority that this computer trusts.`,
  }),
  'tls-wrong-host': (about) => ({
    found: `The certificate that is shown for ${about.host} belongs to ${about.fact('certificate-for') ?? 'another server'}, so nothing was sent.`,
    you: `${portal}, ${again}`,
    administrator: `The certificate has to name ${about.host}; check the address that is set for the app, and the server’s virtual hosts.`,
  }),
  'tls-too-old': ({ host }) => ({
    found: `${host} offers only outdated encryption, older than TLS 1.2.`,
    you: 'Use another network, or ask your administrator.',
    administrator: 'Switch on TLS 1.2 or 1.3 at the server, or at the device that inspects connections.',
  }),
  'tls-not-spoken': ({ host }) => ({
    found: `What answers at ${host} does not speak TLS.`,
    you: `${portal}, ${again}`,
    administrator: `The port of ${host} serves something without encryption; check address and port.`,
  }),
  'tls-timeout': ({ host }) => ({
    found: `An encrypted connection to ${host} was begun and never finished.`,
    you: 'Try another network, or without the VPN.',
    administrator: 'A firewall that inspects TLS, or too large packets for the line (MTU), can be the cause.',
  }),
  'tls-failed': ({ host, fact }) => ({
    found: `An encrypted connection to ${host} could not be made${fact('error') === null ? '' : ` (${fact('error')})`}.`,
    you: 'Save a support bundle and send it to your administrator.',
    administrator: 'The details name the error code; the certificate or the settings of TLS are not right.',
  }),
  'tls-private-issuer': (about) => ({
    found: `Encrypted with ${about.fact('tls-version') ?? 'TLS'}. The certificate is from ${issuerOf(about)}: no public authority, but this computer trusts it.`,
  }),
}
