export { isForeign, throughTheDoor } from './door';
export { addressBytes, tagged, tagOf, type Tag } from './tag';
export { dropPass, forgetPasses, isSealed, leave, putPass, seal, type Pass } from './passes';
export { forgetShared, keepShared, SHARE_PATH, sharedFiles } from './shared';
export { broadcast, EGRESS_CHANNEL } from './report';
