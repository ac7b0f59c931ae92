import { benchCoalescing } from './coalesce.ts'
import { benchMarkdown } from './markdown.ts'
import { print } from './report.ts'
import { benchWindow } from './window.ts'

/** npm run bench: ratios against baselines of the same run. Gates nothing. */
print([...benchMarkdown(), ...(await benchCoalescing()), ...(await benchWindow())])
process.exit(0)
