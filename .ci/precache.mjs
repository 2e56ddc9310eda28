// Placeholder pass-through until the service worker exists.
/** @param {import('@sveltejs/kit').Adapter} adapter @returns {import('@sveltejs/kit').Adapter} */
export function withPrecache(adapter) {
	return adapter;
}
