import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isTooSimilar } from './similarity.ts'

export interface PasswordOwner {
  readonly email: string
  readonly first_name: string
  readonly last_name: string
}

/** Everything that is wrong with a password, in Django's words and order; empty: it may be used. */
export type PasswordPolicy = (password: string, owner: PasswordOwner) => string[]

const shortest = 12

/** The list is Django 5.1's: 20,000 passwords in lower case, collected by Royce Williams. */
export async function loadPasswordPolicy(): Promise<PasswordPolicy> {
  const packed = await readFile(join(import.meta.dirname, 'common-passwords.txt.gz'))
  const list = (await promisify(gunzip)(packed)).toString('utf8')
  const common = new Set(
    list
      .trimEnd()
      .split('\n')
      .map((line) => line.trim()),
  )

  return (password, owner) => {
    const wrong: string[] = []
    const attributes = [
      ['email', owner.email],
      ['first name', owner.first_name],
      ['last name', owner.last_name],
    ] as const
    const similar = attributes.find(([, value]) => isTooSimilar(password, value))
    if (similar) wrong.push(`The password is too similar to the ${similar[0]}.`)
    if (Array.from(password).length < shortest)
      wrong.push(`This password is too short. It must contain at least ${shortest} characters.`)
    if (common.has(password.toLowerCase().trim())) wrong.push('This password is too common.')
    if (/^\p{Nd}+$/u.test(password)) wrong.push('This password is entirely numeric.')
    if (!/[!@#$%^&*(),.?":{}|<>]/.test(password)) wrong.push('Password must contain at least one special character.')
    if (!/[A-Z]/.test(password)) wrong.push('Password must contain at least one uppercase letter.')
    else if (!/[a-z]/.test(password)) wrong.push('Password must contain at least one lowercase letter.')
    return wrong
  }
}
