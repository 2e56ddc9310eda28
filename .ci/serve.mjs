import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import {
	cacheControl,
	connections,
	FILE_POLICY,
	HEADERS,
	isPage,
	PAGE_HEADERS,
	pagePolicy,
	SHELL,
	workerPolicy
} from './hosting.mjs';

/**
 * Serves a finished build: precompressed files, the app for every page path, 404 for missing files, and the headers of
 * hosting.mjs on every answer. `start`, the journeys and the bench all use it, so what is tested is what is started.
 *
 * The folder is listed once, at the start: a build that replaces it meanwhile is served after a restart only.
 *
 * @param {object} options
 * @param {string} [options.dir] the built folder
 * @param {number} [options.port] 0 takes any free port
 * @param {string} [options.host] this machine only, unless asked otherwise
 * @param {boolean} [options.plain] no security headers: how a static host without header control behaves
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve({ dir = 'build', port = 0, host = 'localhost', plain = false } = {}) {
	const shell = join(dir, SHELL);
	if (!existsSync(shell))
		throw new Error(`Nothing to serve: ${shell} is missing. Build first (npm run build).`);
	const policy = plain ? '' : pagePolicy(readFileSync(shell, 'utf8'));
	const files = sirv(dir, { brotli: true, gzip: true, etag: true });

	const server = createServer((request, response) => {
		const pathname = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
		if (!plain) {
			const page = pathname === SHELL || isPage(pathname);
			response.setHeaders(new Map(Object.entries(page ? { ...HEADERS, ...PAGE_HEADERS } : HEADERS)));
			const reach = connections(pathname, page);
			if (reach) response.setHeader('Connection-Allowlist', reach);
			response.setHeader('Content-Security-Policy', page ? policy : (workerPolicy(pathname) ?? FILE_POLICY));
		}
		if (request.method !== 'GET' && request.method !== 'HEAD')
			return refuse(response, 405, 'Method not allowed');
		// Also on a 304, which carries no body to check this by.
		response.setHeader('Cache-Control', cacheControl(pathname));
		response.setHeader('Vary', 'Accept-Encoding');
		files(request, response, () => {
			if (!answersWithApp(request, pathname)) return refuse(response, 404, 'Not found');
			request.url = SHELL;
			files(request, response, () => refuse(response, 404, 'Not found'));
		});
	});

	const bound = await listen(server, port, host);
	return {
		url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${bound}`,
		port: bound,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

/**
 * A path with an ending is a page only for a browser that navigates; a script that asks for a missing file must learn so.
 * @param {import('node:http').IncomingMessage} request
 * @param {string} pathname
 */
function answersWithApp(request, pathname) {
	if (!isPage(pathname)) return false;
	return !/\.\w+$/.test(pathname) || (request.headers.accept ?? '').includes('text/html');
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} text */
function refuse(response, status, text) {
	response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
	response.end(`${text}\n`);
}

/**
 * @param {import('node:http').Server} server @param {number} port @param {string} host
 * @returns {Promise<number>}
 */
function listen(server, port, host) {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : port);
		});
	});
}
