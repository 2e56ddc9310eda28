/** What another app shared with Galley: put aside by the service worker, and nothing is done with it unasked. */
export { forgetShared, sharedFiles } from '$lib/pass';
