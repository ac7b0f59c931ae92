/**
 * Three builds of one app that are installed side by side and share nothing: name, files, keychain items, protocol and
 * updates are each flavour's own.
 */
export type FlavourName = 'production' | 'beta' | 'debug'

/** The update channel of a flavour; an app never takes an update of another one. */
export type UpdateChannel = 'stable' | 'beta' | 'debug'

export interface Flavour {
  readonly name: FlavourName
  /** Bundle id, AppUserModelID and desktop-entry id. */
  readonly appId: string
  readonly productName: string
  readonly executableName: string
  /** Under the user's local application data. */
  readonly dataFolder: string
  /** Service name of the items in the OS keychain. */
  readonly keychainService: string
  /** URL scheme, without the colon. */
  readonly protocol: string
  readonly updateChannel: UpdateChannel
  /** Developer tools, timeline, fault injector, watermark. */
  readonly developer: boolean
}

export const flavours: Readonly<Record<FlavourName, Flavour>> = {
  production: {
    name: 'production',
    appId: 'com.hestami.chat',
    productName: 'Hestami Chat',
    executableName: 'hestami-chat',
    dataFolder: 'Hestami Chat',
    keychainService: 'com.hestami.chat.production',
    protocol: 'hestami-chat',
    updateChannel: 'stable',
    developer: false,
  },
  beta: {
    name: 'beta',
    appId: 'com.hestami.chat.beta',
    productName: 'Hestami Chat Beta',
    executableName: 'hestami-chat-beta',
    dataFolder: 'Hestami Chat Beta',
    keychainService: 'com.hestami.chat.beta',
    protocol: 'hestami-chat-beta',
    updateChannel: 'beta',
    developer: false,
  },
  debug: {
    name: 'debug',
    appId: 'com.hestami.chat.debug',
    productName: 'Hestami Chat Debug',
    executableName: 'hestami-chat-debug',
    dataFolder: 'Hestami Chat Debug',
    keychainService: 'com.hestami.chat.debug',
    protocol: 'hestami-chat-debug',
    updateChannel: 'debug',
    developer: true,
  },
}

/** A build while it replays a support bundle: to the system it is another program, so that nothing of the ordinary one is touched. */
export const replayFlavour = (flavour: Flavour): Flavour => ({
  ...flavour,
  appId: `${flavour.appId}.replay`,
  keychainService: `${flavour.keychainService}.replay`,
})

/**
 * The build's own version decides, so that name, files and updates can never disagree: not packaged, or `x.y.z-debug.n`, is
 * debug; any other pre-release is beta.
 */
export function flavourOf({ packaged, version }: { packaged: boolean; version: string }): Flavour {
  if (!packaged || /-debug\b/.test(version)) return flavours.debug
  return version.includes('-') ? flavours.beta : flavours.production
}
