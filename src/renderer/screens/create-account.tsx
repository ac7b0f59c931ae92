import { useState } from 'react'
import type { ReactElement } from 'react'
import type { RegisterInput } from '../../contract/session.ts'
import { sentence } from '../lib/sentences.ts'
import { useSession, useStores } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Card } from './card.tsx'
import { CheckConnection, isAboutConnection } from './check-connection.tsx'
import { Field } from './field.tsx'

const empty: RegisterInput = {
  email: '',
  password: '',
  confirmPassword: '',
  firstName: '',
  lastName: '',
  phoneNumber: '',
  role: 'PROPERTY_OWNER',
}
/** The form's fields by the names that the platform gives them in its refusals. */
const wireNames = {
  email: 'email',
  password: 'password',
  confirm_password: 'confirmPassword',
  first_name: 'firstName',
  last_name: 'lastName',
  phone_number: 'phoneNumber',
  user_role: 'role',
} as const

type Problems = Partial<Record<keyof RegisterInput, string[]>> & { other: string[] }

function sorted(fields: Readonly<Record<string, string[]>>): Problems {
  const problems: Problems = { other: [] }
  for (const [name, messages] of Object.entries(fields)) {
    if (name in wireNames) problems[wireNames[name as keyof typeof wireNames]] = messages
    else problems.other.push(...messages)
  }
  return problems
}

export function CreateAccount({ onBack }: { onBack: () => void }): ReactElement {
  const stores = useStores()
  const { state, busy, error } = useSession()
  const [form, setForm] = useState(empty)
  const [differ, setDiffer] = useState(false)
  const working = busy || state.phase === 'signing-in'
  const problems = error?.code === 'registration-refused' ? sorted(error.fields) : { other: [] }
  const set = (patch: Partial<RegisterInput>): void => setForm((before) => ({ ...before, ...patch }))
  const text = (name: 'email' | 'password' | 'confirmPassword' | 'firstName' | 'lastName' | 'phoneNumber') => ({
    value: form[name],
    readOnly: working,
    problems: problems[name] ?? [],
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  })

  const submit = (): void => {
    const wrong = form.password !== form.confirmPassword
    setDiffer(wrong)
    if (!wrong) void stores.session.register({ ...form, email: form.email.trim() })
  }

  return (
    <Card title="Create your account" lead="One account for Hestami and its chat.">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {error === null || working ? null : (
          <Alert action={isAboutConnection(error) ? <CheckConnection /> : undefined}>
            {[sentence(error), ...problems.other].join(' ')}
          </Alert>
        )}
        <div className="row">
          <Field
            label="First name"
            autoComplete="given-name"
            required
            maxLength={150}
            autoFocus
            {...text('firstName')}
          />
          <Field label="Last name" autoComplete="family-name" required maxLength={150} {...text('lastName')} />
        </div>
        <Field label="Email" type="email" autoComplete="username" required maxLength={254} {...text('email')} />
        <Field label="Phone (optional)" type="tel" autoComplete="tel" maxLength={32} {...text('phoneNumber')} />
        <div className="field">
          <label htmlFor="role">I am a</label>
          <select
            id="role"
            value={form.role}
            disabled={working}
            onChange={(event) => set({ role: event.target.value as RegisterInput['role'] })}
          >
            <option value="PROPERTY_OWNER">Property owner</option>
            <option value="SERVICE_PROVIDER">Service provider</option>
          </select>
        </div>
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          required
          maxLength={1024}
          hint="At least 12 characters, with upper and lower case and a special character."
          {...text('password')}
        />
        <Field
          label="Confirm password"
          type="password"
          autoComplete="new-password"
          required
          maxLength={1024}
          {...text('confirmPassword')}
          {...(differ ? { problems: ['The two passwords are not the same.'] } : {})}
        />
        <button type="submit" className="button primary" disabled={working}>
          {working ? <Spinner label="Creating the account" /> : null}
          {working ? 'Creating your account…' : 'Create account'}
        </button>
      </form>
      <footer>
        <button
          type="button"
          className="link-button"
          onClick={() => {
            if (working) void stores.session.cancel()
            else {
              stores.session.forgetError()
              onBack()
            }
          }}
        >
          {working ? 'Cancel' : 'I have an account already'}
        </button>
      </footer>
    </Card>
  )
}
