export { guardedFetch, type GuardRules } from './guard';
export { installGuard, type GuardScope } from './install';
export { isLoopback, isPrivateHost, mayReach, originOf } from './policy';
export { EgressRefused } from './refused';
export { trustedScriptUrl } from './trusted';
