/** Where a developer build keeps the bundle that its next start is to replay, in its own folder: nobody else can name another. */
export const replayFile = 'replay.jsonl'
/** On the command line of such a start. It takes no value. */
export const replaySwitch = 'replay'

/** The arguments of a start that replays, from those of this one. */
export const replayArguments = (argv: readonly string[]): readonly string[] => [
  ...argv.filter((one) => one !== `--${replaySwitch}`),
  `--${replaySwitch}`,
]
