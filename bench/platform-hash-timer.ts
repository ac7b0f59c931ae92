import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/** For `node --import`: logs what each password hash of a program takes, from asking for it to having it. */
const { pbkdf2 } = crypto
const timed: typeof pbkdf2 = (password, salt, rounds, length, digest, callback) => {
  const began = performance.now()
  pbkdf2(password, salt, rounds, length, digest, (error, key) => {
    const milliseconds = performance.now() - began
    process.stdout.write(`${JSON.stringify({ event: 'bench.password-hash', milliseconds })}\n`)
    callback(error, key)
  })
}
crypto.pbkdf2 = timed
syncBuiltinESMExports()
