import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runWorkflow } from './testing';
import weeklyReportDocument from './weekly-report';
import { weeklyReport } from './weekly-report-facts';

function filesOf(id: string) {
	const sample = weeklyReport.samples.find((one) => one.id === id);
	return Object.fromEntries(
		Object.entries(sample?.files ?? {}).map(([source, urls]) => [
			source,
			urls.map((url) => ({ name: url.split('/').pop() ?? '', text: readFileSync(`static${url}`, 'utf8') }))
		])
	);
}
describe('x', () => {
	it('prints', async () => {
		let previous: string | null = null;
		for (const week of ['2026-W45', '2026-W46', '2026-W47']) {
			const out = await runWorkflow({
				workflow: weeklyReportDocument,
				inputs: { week },
				files: filesOf(week),
				previous,
				notes: process.env.NOTES ? process.env.NOTES.split('|') : []
			});
			previous = out.approved;
			console.log(
				out.draft +
					'\n\nFLAGS ' +
					JSON.stringify(out.flags, null, 1) +
					'\n' +
					JSON.stringify(out.outcomes['check']?.output.content, null, 1)
			);
			if (week === '2026-W47')
				console.log(
					JSON.stringify(out.outcomes['extract']?.output.content),
					'\n',
					out.outcomes['check']?.evidence
						?.map((e) => `${e.claim} <- ${e.document} ${e.place}: ${e.how}`)
						.join('\n')
				);
			if (process.env.SENT && week === '2026-W47') console.log(out.sent['draft']);
		}
		expect(1).toBe(1);
	});
});
