import { describe, expect, it } from 'vitest';
import { answerTo, optionsFor, partsOf, type Ask } from './testing';

const NOTES = {
	name: 'notes.md',
	text: [
		'# Notes',
		'',
		'## Shop',
		'',
		'The bundle ended on Tuesday, which explains the lower sales of the shop. The weather was mild. We may be wrong on the',
		'shop figures, since the script is new. The users liked the shop window.',
		'',
		'## Next week',
		'',
		'- The size chart will be corrected.'
	].join('\n')
};

const draft = (more: Partial<Ask> = {}): Ask => ({
	job: 'draft',
	sections: ['Summary', 'Risks', 'Next steps'],
	blocks: [NOTES],
	...more
});

describe('streaming', () => {
	it('gives the parts of an AI SDK model in order, and the same text as at once', async () => {
		const parts = await partsOf(optionsFor(draft()));
		const types = parts.map((part) => part.type);
		expect(types.slice(0, 3)).toEqual(['stream-start', 'response-metadata', 'text-start']);
		expect(types.slice(-2)).toEqual(['text-end', 'finish']);
		const pieces = parts.flatMap((part) => (part.type === 'text-delta' ? [part.delta] : []));
		expect(pieces.length).toBeGreaterThan(8);
		expect(pieces.join('')).toBe((await answerTo(draft())).text);
		const finish = parts.find((part) => part.type === 'finish');
		expect(finish).toMatchObject({
			finishReason: { unified: 'stop' },
			usage: { inputTokens: { total: undefined } }
		});
		expect(finish?.providerMetadata?.['galley']?.['evidence']).toContainEqual({
			claim: 'The size chart will be corrected.',
			document: 'notes.md',
			place: 'line 10',
			how: 'sentence of the notes'
		});
	});

	it('stops when it is told to', async () => {
		const stop = new AbortController();
		const options = { ...optionsFor(draft()), abortSignal: stop.signal };
		const { builtInModel } = await import('./model');
		const { stream } = await builtInModel().doStream(options);
		const reader = stream.getReader();
		await reader.read();
		stop.abort();
		const drain = async () => {
			while (!(await reader.read()).done);
		};
		await expect(drain()).rejects.toThrow(/abort/i);
		await expect(partsOf(options)).rejects.toThrow(/abort/i);
	});
});

describe('a draft without figures', () => {
	it('quotes each sentence once, and plans under their heading', async () => {
		const { text } = await answerTo(draft());
		expect(text).toContain('## Risks\n\n- We may be wrong on the shop figures, since the script is new.');
		expect(text).toContain('## Next steps\n\n- The size chart will be corrected.');
		for (const sentence of ['The bundle ended', 'We may be wrong', 'The size chart']) {
			expect(text.split(sentence)).toHaveLength(2);
		}
	});

	it('says so when there is nothing', async () => {
		const { text } = await answerTo(
			draft({ sections: ['Summary', 'Key figures', 'Next steps', 'Garden'], blocks: [] })
		);
		expect(text).toContain('The material has no figures.');
		expect(text).toContain('The notes name no next steps.');
		expect(text).toContain('## Garden\n\nNothing to report this time.');
	});

	it('takes words from a house style only when the task says so', async () => {
		const style = {
			name: 'house-style.md',
			text: '- Use customers, not users.\n- Leave out the section “Summary”.'
		};
		const all = { sections: ['What the team says'], blocks: [NOTES, style] };
		expect((await answerTo(draft({ ...all, task: 'Follow the house style.' }))).text).toContain(
			'The customers liked'
		);
		expect((await answerTo(draft({ ...all, task: 'Write.' }))).text).toContain('The users liked');
		const kept = draft({ blocks: [NOTES, style], task: 'Follow the house style.' });
		expect((await answerTo(kept)).text).toContain('## Summary');
	});
});

describe('other jobs', () => {
	it('a summary is sentences of the material, in its order', async () => {
		const { text, evidence } = await answerTo({
			job: 'summarize',
			task: 'Sum up in 2 sentences for the team.',
			blocks: [NOTES]
		});
		expect(text).toMatch(
			/^The bundle ended .* We may be wrong on the shop figures, since the script is new\.$/
		);
		expect(evidence.map((item) => item.place)).toEqual(['line 5', 'line 5']);
		const short = await answerTo({
			job: 'summarize',
			blocks: [NOTES],
			corrections: ['Write at most 12 words.']
		});
		expect(short.text.split(' ').length).toBeLessThanOrEqual(12);
	});

	it('an evaluation holds a text against criteria, and says what it cannot tell', async () => {
		const task = 'Judge.\n- Never write “mild”.\n- Write at most 500 words.\n- Be kind.';
		const { text } = await answerTo({ job: 'evaluate', task, blocks: [NOTES] });
		expect(text).toBe(
			'- missed: Never write “mild”.\n- held: Write at most 500 words.\n- cannot tell: Be kind.'
		);
		const schema = { properties: { passed: {}, results: {} } };
		const typed = await answerTo({ job: 'evaluate', task, blocks: [NOTES], schema });
		expect(JSON.parse(typed.text)).toMatchObject({ passed: false, results: [{ verdict: 'missed' }, {}, {}] });
	});

	it('without material or task it says what it is for', async () => {
		const { builtInModel } = await import('./model');
		const { content } = await builtInModel().doGenerate({
			prompt: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }]
		});
		expect(content[0]).toMatchObject({
			type: 'text',
			text: expect.stringContaining('select and arrange') as string
		});
	});
});
