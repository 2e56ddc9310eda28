export { downloadFetch, type DownloadedPart, type DownloadRules } from './download';
export { guardedFetch, knock, type GuardRules } from './guard';
export { installGuard, type GuardScope } from './install';
export { mayReach, originOf } from './policy';
export { showNotification, type NotifyScope, type OutgoingNotification } from './notification';
export { EgressRefused } from './refused';
export { send, type Acted, type Answer, type OutgoingRequest, type SendTools } from './send';
export { trustedScriptUrl } from './trusted';
export { wayTo, type Way } from './way';
