export { trustedScriptUrl } from './trusted';
