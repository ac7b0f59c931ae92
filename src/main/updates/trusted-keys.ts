import { serverOrigin } from '../http/client.ts'
import { publicKeyOf, trustedKeys } from './statement.ts'
import type { TrustedKeys } from './statement.ts'
import type { UpdateBuild } from './update-host.ts'

declare const __HESTAMI_UPDATES__: UpdateBuild | undefined

const none: UpdateBuild = { url: null, keys: [], publishers: [], downloadPage: null }

/** What the build put in. Sources that were not built (tests, development) know no server and no key. */
export const updateBuild: UpdateBuild = typeof __HESTAMI_UPDATES__ === 'undefined' ? none : __HESTAMI_UPDATES__

/**
 * What the environment of a build says. A build is of one flavour, so that these are that flavour's: the release environment has
 * production's keys, and nothing of development is in the sources.
 *
 * HESTAMI_UPDATE_URL (https, or http on this computer) · HESTAMI_UPDATE_KEYS (separated by commas or spaces) ·
 * HESTAMI_UPDATE_PUBLISHERS (separated by `|`) · HESTAMI_DOWNLOAD_PAGE (https). Throws an Error that names what is wrong.
 */
export function readUpdateBuild(env: Readonly<Record<string, string | undefined>>): UpdateBuild {
  const text = (name: string): string | null => {
    const value = env[name]?.trim() ?? ''
    return value === '' ? null : value
  }
  const address = (name: string): string | null => {
    const value = text(name)
    try {
      if (value !== null) serverOrigin(value)
    } catch {
      throw new Error(`${name} is not an https:// address`)
    }
    return value
  }
  const keys = text('HESTAMI_UPDATE_KEYS')?.split(/[\s,]+/) ?? []
  try {
    keys.forEach(publicKeyOf)
  } catch {
    throw new Error('HESTAMI_UPDATE_KEYS: give Ed25519 public keys as base64 of their SPKI DER')
  }
  return {
    url: address('HESTAMI_UPDATE_URL'),
    keys,
    publishers: (text('HESTAMI_UPDATE_PUBLISHERS')?.split('|') ?? []).map((name) => name.trim()),
    downloadPage: address('HESTAMI_DOWNLOAD_PAGE'),
  }
}

export const trustedKeysOf = (build: Pick<UpdateBuild, 'keys'>): TrustedKeys => trustedKeys(build.keys)
