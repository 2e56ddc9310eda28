export { isForeign, throughTheDoor } from './door';
export {
	buildOf,
	dayOf,
	dropFirstView,
	firstViewOf,
	forgetFirstViews,
	forgetOtherBuilds,
	keepFirstView,
	withFirstView,
	type FirstView
} from './first-views';
export { addressBytes, tagged, tagOf, type Tag } from './tag';
export { dropPass, forgetPasses, isSealed, leave, putPass, seal, type Pass } from './passes';
export { forgetShared, keepShared, SHARE_PATH, sharedFiles } from './shared';
export { isStill, STILL_ATTRIBUTES, STILL_TAGS } from './still-markup';
export { broadcast, EGRESS_CHANNEL } from './report';
