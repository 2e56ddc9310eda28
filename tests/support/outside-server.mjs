import { createServer } from 'node:http';

/**
 * A loopback server that requests are sent to. It keeps what arrived, byte for byte, and allows any web page to talk to it.
 * The path chooses the answer: `/status/503` that status, `/redirect` sends elsewhere, `/cut` breaks the socket after the
 * request was read, `/no-cors` allows no page, `/hold` answers when `release()` is called, what ends with `.html` is
 * a web page, anything else 200 with JSON.
 *
 * @typedef {object} Arrived
 * @property {string} method
 * @property {string} path With its query, as on the wire.
 * @property {Record<string, string | string[] | undefined>} headers
 * @property {string} body
 *
 * @typedef {object} OutsideServer
 * @property {string} url Origin, such as `http://127.0.0.1:41234`.
 * @property {string} host
 * @property {Arrived[]} arrived In order; preflights are not among them.
 * @property {() => void} release
 * @property {() => Promise<void>} close
 */

const PAGE =
	'<!doctype html><title>Prices</title><nav>Home</nav><main><h1>Prices</h1><p>A coffee costs 3.20.</p></main>';

/** @returns {Promise<OutsideServer>} */
export async function startOutsideServer() {
	/** @type {Arrived[]} */
	const arrived = [];
	/** @type {(() => void)[]} */
	const held = [];
	const server = createServer(async (request, response) => {
		const path = request.url ?? '/';
		if (!path.startsWith('/no-cors')) allowAnyPage(request, response);
		if (request.method === 'OPTIONS') {
			response.writeHead(204).end();
			return;
		}
		const parts = [];
		for await (const part of request) parts.push(part);
		const { method = '', headers } = request;
		arrived.push({ method, path, headers: { ...headers }, body: Buffer.concat(parts).toString('utf8') });
		const status = Number(/^\/status\/(\d{3})/.exec(path)?.[1] ?? 200);
		if (path.startsWith('/cut')) response.destroy();
		else if (path.startsWith('/redirect')) response.writeHead(307, { location: '/elsewhere' }).end();
		else {
			if (path.startsWith('/hold')) await new Promise((resolve) => held.push(() => resolve(undefined)));
			if (path.endsWith('.html')) {
				response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
				return;
			}
			const said = JSON.stringify({ number: arrived.length });
			response.writeHead(status, { 'content-type': 'application/json', etag: '"1"' }).end(said);
		}
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => resolve(undefined));
	});
	const address = server.address();
	const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
	return {
		url: `http://${host}`,
		host,
		arrived,
		release: () => held.splice(0).forEach((go) => go()),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
export function allowAnyPage(request, response) {
	response.setHeader('access-control-allow-origin', '*');
	response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS');
	const wanted = request.headers['access-control-request-headers'];
	if (wanted) response.setHeader('access-control-allow-headers', wanted);
	response.setHeader('access-control-expose-headers', 'etag');
	if (request.headers['access-control-request-private-network']) {
		response.setHeader('access-control-allow-private-network', 'true');
	}
}
