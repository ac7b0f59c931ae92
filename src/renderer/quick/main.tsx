import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { StoresProvider } from '../stores/context.ts'
import { createStores } from '../stores/stores.ts'
import '../ui/base.css'
import '../screens/screens.css'
import '../screens/chat.css'
import '../thread/thread.css'
import '../thread/markdown.css'
import '../composer/composer.css'
import './quick.css'
import { Quick } from './quick.tsx'

const stores = createStores(window.hestami, 'quick')
const root = document.getElementById('root')
if (root === null) throw new Error('quick.html has no #root')
for (const type of ['dragover', 'drop'] as const) window.addEventListener(type, (event) => event.preventDefault())
createRoot(root).render(
  <StrictMode>
    <StoresProvider value={stores}>
      <Quick />
    </StoresProvider>
  </StrictMode>,
)
void stores.start()
