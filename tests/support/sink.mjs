import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';

/**
 * Somebody outside who writes down whatever arrives: requests by the name in their path (`/p/<name>`), and for probes that
 * speak another language a port each.
 *
 * @typedef {object} Sink
 * @property {string} url Origin, such as `http://127.0.0.1:41234`.
 * @property {Record<'stun' | 'turn' | 'preconnect' | 'webtransport', number>} ports
 * @property {Set<string>} arrived Names of what came, since the start or the last `clear()`.
 * @property {() => void} clear
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<Sink>} */
export async function startSink() {
	/** @type {Set<string>} */
	const arrived = new Set();
	const http = createServer((request, response) => {
		const name = /^\/p\/([^/?]+)/.exec(request.url ?? '')?.[1];
		// A browser that was led here asks for a picture of its own accord.
		if (request.url !== '/favicon.ico')
			arrived.add(name ? decodeURIComponent(name) : `${request.method} ${request.url}`);
		request.resume();
		const origin = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
		const type = /script|import|worker|module|worklet/.test(name ?? '') ? 'text/javascript' : 'text/plain';
		response.writeHead(200, { ...origin, 'content-type': type }).end('1;');
	});
	http.on('upgrade', (request, socket) => {
		arrived.add(decodeURIComponent(/^\/p\/([^/?]+)/.exec(request.url ?? '')?.[1] ?? 'upgrade'));
		socket.destroy();
	});
	const http1 = await listening(http);
	/** @type {(() => void)[]} */
	const closing = [];
	const tcp = async (/** @type {string} */ name) => {
		const server = createTcp((socket) => {
			arrived.add(name);
			socket.on('error', () => undefined).destroy();
		});
		closing.push(() => server.close());
		return listening(server);
	};
	const udp = async (/** @type {string} */ name) => {
		const socket = createSocket('udp4').on('message', () => arrived.add(name));
		closing.push(() => socket.close());
		await new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(undefined)));
		return socket.address().port;
	};
	return {
		url: `http://127.0.0.1:${http1}`,
		ports: {
			stun: await udp('webrtc-stun'),
			turn: await tcp('webrtc-turn'),
			preconnect: await tcp('preconnect'),
			webtransport: await udp('webtransport')
		},
		arrived,
		clear: () => arrived.clear(),
		close: async () => {
			for (const close of closing) close();
			http.closeAllConnections();
			await new Promise((resolve) => http.close(resolve));
		}
	};
}

/** @param {import('node:net').Server} server @returns {Promise<number>} */
function listening(server) {
	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : 0);
		});
	});
}
