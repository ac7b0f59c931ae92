import type { ProvisioningState } from '../provisioning/state.ts'

/** What a state means for an operator, and what to do. */
export const stateTexts: Readonly<Record<ProvisioningState, { readonly means: string; readonly todo: string }>> = {
  requested: { means: 'asked for', todo: 'the engine is at it, or begins when a platform runs' },
  provisioned: { means: 'has an account', todo: 'nothing' },
  'terms-pending': { means: 'has an account, terms not accepted yet', todo: 'nothing: the app asks the user' },
  unreachable: { means: 'LibreChat gave no useful answer', todo: 'see that LibreChat runs; the engine tries again' },
  refused: {
    means: 'LibreChat does not register the user',
    todo: 'set ALLOW_REGISTRATION=true in LibreChat and allow the domain, then run sync-legacy',
  },
  'other-password': {
    means: 'an account under this address has another password',
    todo: 'find out whose it is; delete it in LibreChat, or adopt it with sync-legacy --force',
  },
  'verification-pending': {
    means: 'LibreChat wants the e-mail address verified',
    todo: "the user follows LibreChat's mail, or set ALLOW_UNVERIFIED_EMAIL_LOGIN=true there",
  },
  'key-missing': { means: 'no LIBRECHAT_ENCRYPTION_KEY', todo: 'set it and restart the platform' },
  'key-lost': {
    means: 'no key opens the stored password',
    todo: 'add the old key behind the new one; if it is gone for good, sync-legacy --force',
  },
}
