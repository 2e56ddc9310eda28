import { createServer } from 'node:http';
import { servePage } from '../page.mjs';
import { benchPage, inTurns, openBench } from '../support.mjs';

const REQUESTS = 200;

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'guard.request.vs_bare',
		unit: 'ratio',
		better: 'lower',
		goal: 1.5,
		/** Small requests to another origin: through guard and service worker, beside a page that has neither. */
		async measure(context) {
			const guarded = await openBench(context);
			await guarded.page.evaluate(() => bench.control());
			const other = await servePage();
			const bare = await benchPage(guarded.context, other.url);
			const sink = await startSink();
			guarded.context.on('close', () => void Promise.all([other.close(), sink.close()]));
			const ask = (/** @type {import('playwright').Page} */ page, /** @type {boolean} */ guard) =>
				page.evaluate(({ url, count, guard }) => bench.guard().requests(url, count, guard), {
					url: sink.url,
					count: REQUESTS,
					guard
				});
			return inTurns(
				context.log,
				() => ask(guarded.page, true),
				() => ask(bare, false)
			);
		}
	}
];

/** Answers every request with a few words. */
async function startSink() {
	const server = createServer((request, response) => {
		request.resume();
		request.on('end', () => {
			response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' });
			response.end('ready');
		});
	});
	await new Promise((listening) => server.listen(0, 'localhost', () => listening(undefined)));
	const address = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://localhost:${address.port}/`,
		close: () =>
			new Promise((closed) => {
				server.close(closed);
				server.closeAllConnections();
			})
	};
}
