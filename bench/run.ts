import { benchCoalescing } from './coalesce.ts'
import { benchMarkdown } from './markdown.ts'
import { benchPlatform } from './platform.ts'
import { print, save } from './report.ts'
import { benchWindow } from './window.ts'

/**
 * npm run bench: ratios against baselines of the same run. Gates nothing. `BENCH_USERS`: how many users the platform gives
 * LibreChat accounts, default 10,000. `BENCH_JSON`: a file for the rows.
 */
const { BENCH_USERS: users = '10000', BENCH_JSON: file } = process.env
if (!(Number(users) >= 10)) throw new Error('BENCH_USERS is a number of users, at least 10')
const rows = [
  ...benchMarkdown(),
  ...(await benchCoalescing()),
  ...(await benchWindow()),
  ...(await benchPlatform(Number(users))),
]
print(rows)
if (file) await save(rows, file)
process.exit(0)
