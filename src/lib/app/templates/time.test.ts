import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { builtInModel } from '$lib/models/built-in/model';
import { runWorkflow } from './testing';
import document from './weekly-report';
import { weeklyReport } from './weekly-report-facts';
it('t', async () => {
	const sample = weeklyReport.samples[2]!;
	const files = Object.fromEntries(Object.entries(sample.files).map(([s, urls]) => [s, urls.map((u) => ({ name: u.split('/').pop()!, text: readFileSync(`static${u}`, 'utf8') }))]));
	for (let i = 0; i < 3; i++) {
		const t = performance.now();
		const out = await runWorkflow({ workflow: document, inputs: { week: 'x' }, files, previous: null });
		console.log('run', performance.now() - t);
		if (i === 2) for (const id of ['extract', 'draft', 'flag']) {
			const t2 = performance.now();
			const sent = out.sent[id]!;
			const at = sent.indexOf('\n\nRun: ');
			await builtInModel().doGenerate({ prompt: [{ role: 'system', content: sent.slice(0, at) }, { role: 'user', content: [{ type: 'text', text: sent.slice(at + 2) }] }] });
			console.log(id, performance.now() - t2);
		}
	}
});
