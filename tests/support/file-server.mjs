import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * What the next answers are like, one for each request; `ok` when there is nothing left. `cut` breaks off in the middle,
 * `page` is the sign-in page of a network, `no-range` sends all of the file, `slow` trickles.
 * @typedef {'ok' | 'cut' | 'page' | 'no-range' | 'busy' | 'gone' | 'behind' | 'slow'} Manner
 */

/**
 * A host of model files on loopback, with ranges and versions like a real one.
 * @param {Buffer} bytes
 */
export async function startFileServer(bytes) {
	let file = bytes;
	/** @type {Manner[]} */
	let script = [];
	/** Headers that a page of another origin may read. @type {string} */
	let exposed = 'Content-Range, Content-Length, ETag, Accept-Ranges';
	/** @type {{ range: string | null, manner: Manner }[]} */
	const asked = [];
	const sockets = new Set();

	const server = createServer((request, response) => {
		const manner = script.shift() ?? 'ok';
		asked.push({ range: request.headers.range ?? null, manner });
		response.setHeader('Access-Control-Allow-Origin', '*');
		response.setHeader('Access-Control-Expose-Headers', exposed);
		response.setHeader('Content-Type', 'application/octet-stream');
		if (request.method !== 'GET') return void response.writeHead(405).end();
		if (manner === 'busy') return void response.writeHead(503).end('busy');
		if (manner === 'gone') return void response.writeHead(404).end('gone');
		if (manner === 'page') {
			response.setHeader('Content-Type', 'text/html; charset=utf-8');
			return void response.writeHead(200).end('<!doctype html><title>Sign in</title>');
		}
		response.setHeader('ETag', `"${createHash('sha256').update(file).digest('hex').slice(0, 16)}"`);
		const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
		if (!range || manner === 'no-range') {
			response.setHeader('Content-Length', file.length);
			response.writeHead(200);
			return void response.end(file);
		}
		const start = Number(range[1]);
		if (start >= file.length || manner === 'behind') {
			response.setHeader('Content-Range', `bytes */${file.length}`);
			return void response.writeHead(416).end();
		}
		const end = Math.min(Number(range[2]), file.length - 1);
		const part = file.subarray(start, end + 1);
		response.setHeader('Content-Range', `bytes ${start}-${end}/${file.length}`);
		response.setHeader('Content-Length', part.length);
		response.writeHead(206);
		if (manner === 'cut') {
			response.write(part.subarray(0, part.length / 2), () => setTimeout(() => response.destroy(), 30));
		} else if (manner === 'slow') {
			trickle(response, part);
		} else response.end(part);
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://127.0.0.1:${port}/models/made.gguf`,
		asked,
		/** @param {Manner[]} manners */
		next: (...manners) => void (script = manners),
		/** Another file lies at the same address from now on. @param {Buffer} other */
		replace: (other) => void (file = other),
		/** The host lets a page read no headers, as some do. */
		hide: () => void (exposed = 'Content-Type'),
		close: () => {
			for (const socket of sockets) socket.destroy();
			return new Promise((resolve) => server.close(() => resolve(undefined)));
		}
	};
}

/** @param {import('node:http').ServerResponse} response @param {Buffer} part */
function trickle(response, part) {
	const size = 256 * 1024;
	let at = 0;
	const send = () => {
		if (response.destroyed) return;
		if (at >= part.length) return void response.end();
		response.write(part.subarray(at, at + size));
		at += size;
		setTimeout(send, 20);
	};
	send();
}
