import { createDouble } from '../dev/librechat-double/double.ts'

/** What `platform-librechat.ts` gives its process: milliseconds before each answer. */
const latency = Number(process.argv[2])

// Without the limits that a LibreChat has for addresses, which the platform's users all share.
const double = await createDouble({ style: 'resumable', loginMax: Infinity, registerMax: Infinity })
if (latency > 0) double.faults.add({ path: '/api/', times: Infinity, action: { kind: 'delay', ms: latency } })
process.once('disconnect', () => process.exit(0))
process.send?.(double.origin)
