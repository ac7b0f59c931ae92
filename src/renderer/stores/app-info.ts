import { useEffect, useState } from 'react'
import type { AppInfo } from '../../contract/app.ts'
import { useStores } from './context.ts'

/** What build this is; null until main has told it. */
export function useAppInfo(): AppInfo | null {
  const { api } = useStores()
  const [info, setInfo] = useState<AppInfo | null>(null)
  useEffect(() => {
    let wanted = true
    void api.app.info().then((result) => wanted && result.ok && setInfo(result.value))
    return () => {
      wanted = false
    }
  }, [api])
  return info
}

export const channelNames: Readonly<Record<AppInfo['updateChannel'], string>> = {
  stable: 'Stable',
  beta: 'Beta',
  debug: 'Debug',
}
