import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

const localPart = /^[-!#$%&'*+/=?^_`{}|~0-9a-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*$/i
const quotedPart = /^"(?:[!#-[\]-~]|\\[ -~])*"$/
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i
const topLabel = /^[a-z0-9-]{1,62}[a-z0-9]$/i
const longest = 320

/** What Django's `EmailValidator` takes: a dotted or quoted local part; a domain, `localhost` or an address in brackets. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > longest) return false
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (!localPart.test(local) && !quotedPart.test(local)) return false
  if (domain === 'localhost' || isDomain(domain)) return true
  if (domain.startsWith('[') && domain.endsWith(']')) return isIP(domain.slice(1, -1)) !== 0
  return isDomain(domainToASCII(domain))
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.')
  const top = labels.pop()
  return labels.length > 0 && top !== undefined && topLabel.test(top) && labels.every((one) => label.test(one))
}

/** The domain in lower case; what stands before the @ may be told apart by case. */
export function normalizeEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return email.slice(0, at) + email.slice(at).toLowerCase()
}
