import adapter from '@sveltejs/adapter-static';
import { withPrecache } from './.ci/precache.mjs';

/** @type {import('@sveltejs/kit').Config} */
export default {
	kit: {
		// The service worker's precache list is made from the finished build, worker chunks included.
		adapter: withPrecache(adapter({ fallback: '200.html', precompress: true })),
		serviceWorker: { register: false },
		// A version is asked for by the service worker, never polled over the network.
		version: { name: process.env.GALLEY_VERSION ?? 'dev', pollInterval: 0 },
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				'script-src': ['self', 'wasm-unsafe-eval'],
				'style-src': ['self'],
				// The one style attribute there is: that of the framework's announcer, which screen readers hear.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'worker-src': ['self'],
				'manifest-src': ['self'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['none'],
				'frame-src': ['none'],
				'require-trusted-types-for': ['script'],
				'trusted-types': ['svelte-trusted-html', 'dompurify', 'galley-script-url']
			}
		}
	}
};
