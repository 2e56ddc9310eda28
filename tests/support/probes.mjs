/**
 * Ways out of a page or a worker, each tried in the real browser against a sink (sink.mjs). A probe is a function that runs
 * there with the sink's address and ports; what it throws does not matter, only what arrives.
 *
 * @typedef {{ url: string, ports: Record<string, number> }} To
 * @typedef {(to: To) => unknown} Probe
 */

/** In a page that goes on living. @type {Record<string, Probe>} */
export const IN_PAGE = {
	fetch: ({ url }) => fetch(`${url}/p/fetch`),
	'fetch-no-cors': ({ url }) => fetch(`${url}/p/fetch-no-cors`, { mode: 'no-cors' }),
	'fetch-post': ({ url }) =>
		fetch(`${url}/p/fetch-post`, { method: 'POST', mode: 'no-cors', body: 'secret' }),
	'fetch-keepalive': ({ url }) => fetch(`${url}/p/fetch-keepalive`, { mode: 'no-cors', keepalive: true }),
	xhr: ({ url }) => {
		const request = new XMLHttpRequest();
		request.open('GET', `${url}/p/xhr`);
		request.send();
	},
	'xhr-sync': ({ url }) => {
		const request = new XMLHttpRequest();
		request.open('GET', `${url}/p/xhr-sync`, false);
		request.send();
	},
	beacon: ({ url }) => navigator.sendBeacon(`${url}/p/beacon`, 'x'),
	eventsource: ({ url }) => void new EventSource(`${url}/p/eventsource`),
	websocket: ({ url }) => void new WebSocket(`${url.replace('http', 'ws')}/p/websocket`),
	'websocket-stream': ({ url }) =>
		void new /** @type {any} */ (globalThis).WebSocketStream(
			`${url.replace('http', 'ws')}/p/websocket-stream`
		),
	webtransport: ({ ports }) =>
		void new /** @type {any} */ (globalThis).WebTransport(`https://127.0.0.1:${ports.webtransport}/`),
	'webrtc-stun': ({ ports }) => {
		const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${ports.stun}` }] });
		peer.createDataChannel('x');
		return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
	},
	'webrtc-turn': ({ ports }) => {
		const server = { urls: `turn:127.0.0.1:${ports.turn}?transport=tcp`, username: 'u', credential: 'c' };
		const peer = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' });
		peer.createDataChannel('x');
		return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
	},
	img: ({ url }) => void (new Image().src = `${url}/p/img`),
	'img-srcset': ({ url }) => void (new Image().srcset = `${url}/p/img-srcset 1x`),
	'svg-image': ({ url }) => {
		const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
		const image = document.createElementNS('http://www.w3.org/2000/svg', 'image');
		image.setAttribute('href', `${url}/p/svg-image`);
		svg.append(image);
		document.body.append(svg);
	},
	video: ({ url }) => {
		const video = document.createElement('video');
		video.src = `${url}/p/video`;
		void video.play().catch(() => undefined);
	},
	'video-poster': ({ url }) => {
		const video = document.createElement('video');
		video.poster = `${url}/p/video-poster`;
		document.body.append(video);
	},
	audio: ({ url }) => void new Audio(`${url}/p/audio`).play().catch(() => undefined),
	track: ({ url }) => {
		const video = document.createElement('video');
		const track = document.createElement('track');
		track.src = `${url}/p/track`;
		track.default = true;
		video.crossOrigin = 'anonymous';
		video.append(track);
		document.body.append(video);
		track.track.mode = 'showing';
	},
	font: ({ url }) => new FontFace('x', `url(${url}/p/font)`).load(),
	stylesheet: ({ url }) => {
		const link = document.createElement('link');
		link.rel = 'stylesheet';
		link.href = `${url}/p/stylesheet`;
		document.head.append(link);
	},
	'style-import': ({ url }) => {
		const style = document.createElement('style');
		style.textContent = `@import url(${url}/p/style-import);`;
		document.head.append(style);
	},
	'css-background': ({ url }) => {
		const box = document.createElement('div');
		box.style.background = `url(${url}/p/css-background)`;
		box.style.width = box.style.height = '10px';
		document.body.append(box);
	},
	'css-constructed': ({ url }) => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(`body { border-image: url(${url}/p/css-constructed) 1; border: 1px solid }`);
		document.adoptedStyleSheets.push(sheet);
	},
	favicon: ({ url }) => {
		const link = document.createElement('link');
		link.rel = 'icon';
		link.href = `${url}/p/favicon`;
		document.head.append(link);
	},
	manifest: ({ url }) => {
		document.querySelector('link[rel=manifest]')?.remove();
		const link = document.createElement('link');
		link.rel = 'manifest';
		link.href = `${url}/p/manifest`;
		document.head.append(link);
	},
	script: ({ url }) => {
		const script = document.createElement('script');
		script.src = `${url}/p/script`;
		document.head.append(script);
	},
	import: ({ url }) => import(`${url}/p/import`),
	modulepreload: ({ url }) => {
		const link = document.createElement('link');
		link.rel = 'modulepreload';
		link.href = `${url}/p/modulepreload`;
		document.head.append(link);
	},
	preload: ({ url }) => {
		const link = document.createElement('link');
		link.rel = 'preload';
		link.as = 'image';
		link.href = `${url}/p/preload`;
		document.head.append(link);
	},
	prefetch: ({ url }) => {
		const link = document.createElement('link');
		link.rel = 'prefetch';
		link.href = `${url}/p/prefetch`;
		document.head.append(link);
	},
	preconnect: ({ ports }) => {
		const link = document.createElement('link');
		link.rel = 'preconnect';
		link.href = `http://127.0.0.1:${ports.preconnect}`;
		document.head.append(link);
	},
	'speculation-rules': ({ url }) => {
		const script = document.createElement('script');
		script.type = 'speculationrules';
		script.textContent = JSON.stringify({
			prefetch: [{ source: 'list', urls: [`${url}/p/speculation-rules`] }]
		});
		document.head.append(script);
	},
	iframe: ({ url }) => {
		const frame = document.createElement('iframe');
		frame.src = `${url}/p/iframe`;
		document.body.append(frame);
	},
	'iframe-blank-fetch': ({ url }) => {
		const frame = document.createElement('iframe');
		document.body.append(frame);
		return frame.contentWindow?.fetch(`${url}/p/iframe-blank-fetch`, { mode: 'no-cors' });
	},
	'iframe-srcdoc': ({ url }) => {
		const frame = document.createElement('iframe');
		frame.srcdoc = `<img src="${url}/p/iframe-srcdoc">`;
		document.body.append(frame);
	},
	'iframe-sandboxed': ({ url }) => {
		const frame = document.createElement('iframe');
		frame.setAttribute('sandbox', 'allow-scripts');
		frame.srcdoc = `<img src="${url}/p/iframe-sandboxed">`;
		document.body.append(frame);
	},
	'iframe-data': ({ url }) => {
		const frame = document.createElement('iframe');
		frame.src = `data:text/html,<img src="${url}/p/iframe-data">`;
		document.body.append(frame);
	},
	'iframe-blob': ({ url }) => {
		const frame = document.createElement('iframe');
		const html = new Blob([`<img src="${url}/p/iframe-blob">`], { type: 'text/html' });
		frame.src = URL.createObjectURL(html);
		document.body.append(frame);
	},
	object: ({ url }) => {
		const object = document.createElement('object');
		object.data = `${url}/p/object`;
		document.body.append(object);
	},
	embed: ({ url }) => {
		const embed = document.createElement('embed');
		embed.src = `${url}/p/embed`;
		document.body.append(embed);
	},
	'form-to-frame': ({ url }) => {
		const frame = document.createElement('iframe');
		frame.name = 'form-target';
		const form = document.createElement('form');
		form.action = `${url}/p/form-to-frame`;
		form.method = 'post';
		form.target = 'form-target';
		document.body.append(frame, form);
		form.submit();
	},
	'link-ping': ({ url }) => {
		const link = document.createElement('a');
		link.href = '#here';
		link.ping = `${url}/p/link-ping`;
		document.body.append(link);
		link.click();
	},
	'worker-data': ({ url }) =>
		void new Worker(`data:text/javascript,fetch('${url}/p/worker-data',{mode:'no-cors'})`),
	'worker-blob': ({ url }) => {
		const code = new Blob([`fetch('${url}/p/worker-blob', { mode: 'no-cors' })`]);
		return void new Worker(URL.createObjectURL(code));
	},
	'worker-shared': ({ url }) =>
		void new SharedWorker(`data:text/javascript,fetch('${url}/p/worker-shared',{mode:'no-cors'})`),
	worklet: ({ url }) => new AudioContext().audioWorklet.addModule(`${url}/p/worklet`),
	'inner-html': ({ url }) => {
		const box = document.createElement('div');
		box.innerHTML = `<img src="${url}/p/inner-html">`;
		document.body.append(box);
	},
	'image-set-attribute': ({ url }) => {
		const input = document.createElement('input');
		input.type = 'image';
		input.src = `${url}/p/image-set-attribute`;
		document.body.append(input);
	}
};

/** Each in a page of its own, which it leads away, or opens another one from, or may bring down. @type {Record<string, Probe>} */
export const LEAVING = {
	location: ({ url }) => void location.assign(`${url}/p/location`),
	'meta-refresh': ({ url }) => {
		const meta = document.createElement('meta');
		meta.httpEquiv = 'refresh';
		meta.content = `0; url=${url}/p/meta-refresh`;
		document.head.append(meta);
	},
	link: ({ url }) => {
		const link = document.createElement('a');
		link.href = `${url}/p/link`;
		document.body.append(link);
		link.click();
	},
	'link-new-tab': ({ url }) => {
		const link = document.createElement('a');
		link.href = `${url}/p/link-new-tab`;
		link.target = '_blank';
		link.rel = 'noreferrer';
		document.body.append(link);
		link.click();
	},
	'window-open': ({ url }) => void open(`${url}/p/window-open`),
	form: ({ url }) => {
		const form = document.createElement('form');
		form.action = `${url}/p/form`;
		document.body.append(form);
		form.submit();
	},
	'fetch-later': ({ url }) =>
		/** @type {any} */ (globalThis).fetchLater(`${url}/p/fetch-later`, { activateAfter: 0 })
};

/** In a worker. The name of the worker goes into the path. @type {Record<string, (to: To & { who: string }) => unknown>} */
export const IN_WORKER = {
	fetch: ({ url, who }) => fetch(`${url}/p/${who}:fetch`, { mode: 'no-cors' }),
	xhr: ({ url, who }) => {
		const request = new XMLHttpRequest();
		request.open('GET', `${url}/p/${who}:xhr`);
		request.send();
	},
	websocket: ({ url, who }) => void new WebSocket(`${url.replace('http', 'ws')}/p/${who}:websocket`),
	eventsource: ({ url, who }) => void new EventSource(`${url}/p/${who}:eventsource`),
	font: ({ url, who }) => new FontFace('x', `url(${url}/p/${who}:font)`).load(),
	import: ({ url, who }) => import(`${url}/p/${who}:import`),
	'import-scripts': ({ url, who }) =>
		/** @type {any} */ (globalThis).importScripts(`${url}/p/${who}:import-scripts`),
	'cache-add': ({ url, who }) => caches.open('x').then((cache) => cache.add(`${url}/p/${who}:cache-add`)),
	'worker-data': ({ url, who }) =>
		void new Worker(`data:text/javascript,fetch('${url}/p/${who}:worker-data',{mode:'no-cors'})`),
	'worker-blob': ({ url, who }) => {
		const code = new Blob([`fetch('${url}/p/${who}:worker-blob', { mode: 'no-cors' })`]);
		return void new Worker(URL.createObjectURL(code));
	},
	'worker-foreign': ({ url, who }) => void new Worker(`${url}/p/${who}:worker-foreign`)
};

/**
 * What gets out where the host sets no headers and no service worker is in between yet: the very first visit. A page's own
 * policy (a meta element) has no word for these, and does not reach a worker, whose guard cannot put itself before
 * `import()`. From the second visit on, and with headers from the first, nothing does.
 */
export const FIRST_VISIT_WITHOUT_HEADERS = [
	'engine:import',
	'link',
	'link-new-tab',
	'location',
	'meta-refresh',
	'webrtc-stun',
	'webrtc-turn',
	'window-open'
];

/** How long something may be on its way, ms. */
const ON_ITS_WAY_MS = 1_500;

/**
 * Tries everything in a page and in its workers, then, each in a page of its own, what leads away. Names of what arrived.
 * @param {object} where
 * @param {() => Promise<import('playwright').Page>} where.open A page of the app as it is to be tried.
 * @param {import('./sink.mjs').Sink} where.sink
 * @returns {Promise<{ tried: number, leaked: string[] }>}
 */
export async function tryAll({ open, sink }) {
	sink.clear();
	const { url, ports } = sink;
	const to = { url, ports };
	const page = await open();
	let tried = 0;
	for (const [name, probe] of Object.entries(IN_PAGE)) {
		tried += 1;
		await fire(page, probe, to, name);
	}
	for (const worker of page.workers()) {
		// Names are `<worker>-<hash>.js`.
		const who = /\/([a-z]+)[.-][^/]*\.js/.exec(worker.url())?.[1] ?? 'worker';
		for (const [name, probe] of Object.entries(IN_WORKER)) {
			tried += 1;
			await fire(worker, probe, { ...to, who }, name);
		}
	}
	await page.waitForTimeout(ON_ITS_WAY_MS);
	await page.close();
	for (const [name, probe] of Object.entries(LEAVING)) {
		tried += 1;
		const fresh = await open();
		await fire(fresh, probe, to, name);
		await fresh.waitForTimeout(ON_ITS_WAY_MS / 3).catch(() => undefined);
		for (const other of fresh.context().pages()) await other.close().catch(() => undefined);
	}
	return { tried, leaked: [...sink.arrived].sort() };
}

/**
 * Begins a probe. It is not waited for: many never settle.
 * @param {{ evaluate: (code: string) => Promise<unknown> }} where @param {unknown} probe @param {unknown} to @param {string} name
 */
async function fire(where, probe, to, name) {
	const code = `void (async () => (${String(probe)})(${JSON.stringify(to)}))().catch(() => undefined)`;
	const late = new Promise((resolve) => setTimeout(() => resolve(name), 2_000));
	await Promise.race([where.evaluate(code).catch(() => undefined), late]);
}
