export { removeOldDrafts } from './pages/new-campaign/drafts.ts'
export { createPages, type PagesOptions } from './pages.ts'
