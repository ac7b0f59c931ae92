import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { ProxyLogin } from '../../contract/proxy.ts'
import { useStores } from '../stores/context.ts'
import { Alert } from '../ui/alert.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from './field.tsx'

function Ask({ login }: { login: ProxyLogin }): ReactElement {
  const { api, problem } = useStores()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const dismiss = (): void => void api.proxy.dismiss()
  const signIn = async (): Promise<void> => {
    setBusy(true)
    await problem.watch(api.proxy.signIn({ username, password }))
    setBusy(false)
    setPassword('')
  }
  const name = login.realm === null ? login.proxy : `${login.proxy} (“${login.realm}”)`
  if (!login.supported)
    return (
      <Dialog label="Proxy sign-in" onClose={dismiss}>
        <h2>The proxy wants a sign-in that is not supported</h2>
        <p>
          {name} stands between this computer and the servers. It takes only Windows, Kerberos or Digest sign-ins, which
          Hestami Chat does not have. Ask whoever runs your network to let Hestami Chat through, or to take a user name
          and password.
        </p>
        <div className="dialog-actions">
          <button type="button" className="button primary" autoFocus onClick={dismiss}>
            Close
          </button>
        </div>
      </Dialog>
    )
  return (
    <Dialog label="Proxy sign-in" onClose={dismiss}>
      <h2>Sign in to the proxy</h2>
      <p>
        {name} stands between this computer and the servers and asks who you are. What you enter goes to it alone and is
        forgotten when Hestami Chat quits.
      </p>
      <form
        className="form proxy-form"
        onSubmit={(event) => {
          event.preventDefault()
          void signIn()
        }}
      >
        {login.refused && !busy ? <Alert>The proxy did not take this user name and password.</Alert> : null}
        <Field
          label="User name"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          maxLength={256}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="off"
          maxLength={1024}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={dismiss}>
            Not now
          </button>
          <button type="submit" className="button primary" disabled={busy || username === ''}>
            Sign in
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Asks for the proxy's sign-in when there is one that wants it; over whatever screen there is. */
export function ProxySignIn(): ReactElement | null {
  const { api } = useStores()
  const [login, setLogin] = useState<ProxyLogin | null>(null)
  useEffect(() => {
    let told = false
    const stop = api.on['proxy.changed']((next) => {
      told = true
      setLogin(next)
    })
    void api.proxy.get().then((found) => {
      if (found.ok && !told) setLogin(found.value ?? null)
    })
    return stop
  }, [api])
  return login === null ? null : <Ask key={login.proxy} login={login} />
}
