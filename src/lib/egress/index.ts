export { downloadFetch, type DownloadedPart, type DownloadRules } from './download';
export { guardedFetch, type GuardRules } from './guard';
export { installGuard, type GuardScope } from './install';
export { isLoopback, isPrivateHost, mayReach, originOf } from './policy';
export { showNotification, type NotifyScope, type OutgoingNotification } from './notification';
export { EgressRefused } from './refused';
export { send, type Acted, type Answer, type OutgoingRequest, type SendTools } from './send';
export { trustedScriptUrl } from './trusted';
