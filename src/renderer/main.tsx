import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { StoresProvider } from './stores/context.ts'
import { createStores } from './stores/stores.ts'
import './ui/base.css'
import './screens/screens.css'
import './screens/chat.css'
import './sidebar/sidebar.css'
import './thread/thread.css'
import './thread/markdown.css'
import './composer/composer.css'
import './panels/panel.css'
import './ui/print.css'

const stores = createStores(window.hestami)
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// A file dropped beside the drop area must not replace the app.
for (const type of ['dragover', 'drop'] as const) window.addEventListener(type, (event) => event.preventDefault())
createRoot(root).render(
  <StrictMode>
    <StoresProvider value={stores}>
      <App />
    </StoresProvider>
  </StrictMode>,
)
void stores.start()
