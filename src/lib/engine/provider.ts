export { BUILT_IN } from '$lib/core';
