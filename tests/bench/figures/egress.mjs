import { startSink } from '../../support/sink.mjs';
import { tryAll } from '../../support/probes.mjs';

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'egress.leaks',
		unit: 'probes',
		better: 'lower',
		goal: 0,
		/** Ways out of a page and its workers by which something reaches a foreign sink, on a host that sets our headers. */
		async measure({ url, open }) {
			const sink = await startSink();
			const context = await open();
			context.on('close', () => void sink.close());
			const { tried, leaked } = await tryAll({
				sink,
				open: async () => {
					const page = await context.newPage();
					await page.goto(url);
					await page.getByRole('button', { name: /Start from the weekly report/ }).waitFor();
					// The engine's worker is asked for when the page is drawn.
					if (page.workers().length === 0) await page.waitForEvent('worker');
					return page;
				}
			});
			return { samples: [leaked.length], details: { tried, leaked } };
		}
	}
];
