import { describe, expect, it } from 'vitest';
import type { ModelAnswer, ModelRequest } from '$lib/models';
import { runStep } from './run-step';
import { fakeContext } from './testing';

const DRAFT = '# Week\n\n## Summary\n\nTurnover was € 48,210.40.';
const REVENUE = 'Write “revenue” instead of “turnover”.';
const RISKS = 'Always include a section “Risks”.';

/** A draft with rules, by a model that gives the answers in turn. */
async function drafted(rules: string[], answers: string[], more: Parameters<typeof fakeContext>[1] = {}) {
	const { context } = fakeContext({ with: { rules } }, more);
	const requests: ModelRequest[] = [];
	const prepared: string[] = [];
	const answer = (text: string): ModelAnswer => ({
		...{ text, finish: 'stop', usage: { input: 10, output: 3 }, model: 'test' },
		...{
			evidence: [{ claim: '48,210.40', document: 'd', place: 'line 1', how: 'sum', at: text.indexOf('48') }],
			warnings: []
		}
	});
	const { result } = await runStep('model', {
		...context,
		prepared: async (prompt) => void prepared.push(prompt),
		async generate(request) {
			requests.push(request);
			return { ok: true, value: answer(answers[requests.length - 1] ?? ''), egress: [] };
		}
	});
	if (!result.ok) throw new Error(result.failure.message);
	return { outcome: result.value, requests, prepared };
}

describe('rules that always hold', () => {
	it('puts the text right, keeps what the model wrote, and moves the evidence along', async () => {
		const { outcome, requests } = await drafted([REVENUE], [DRAFT]);
		expect(outcome.output.content).toBe(DRAFT.replace('Turnover', 'Revenue'));
		expect(outcome.mended).toEqual({ rules: [REVENUE], raw: DRAFT });
		expect(outcome.evidence?.[0]?.at).toBe(DRAFT.replace('Turnover', 'Revenue').indexOf('48'));
		expect(outcome.flags).toEqual([]);
		// What is put right anyway costs no tokens.
		expect(requests[0]?.system).not.toContain('revenue');
	});

	it('leaves alone what keeps the rules', async () => {
		const { outcome } = await drafted([REVENUE], ['Revenue rose.']);
		expect(outcome.mended).toBeUndefined();
	});

	it('tells the model what only it can do, and asks a model on this device once more, with the draft', async () => {
		const { outcome, requests, prepared } = await drafted([RISKS], [DRAFT, `${DRAFT}\n\n## Risks\n\nNone.`]);
		expect(requests[0]?.system).toContain(RISKS);
		expect(requests[1]?.user).toContain(
			`Changes asked for: a person read the previous draft and wants this changed: ${RISKS}`
		);
		expect(prepared[1]).toContain('Asked once more');
		expect(outcome.output.content).toContain('## Risks');
		expect([outcome.flags, outcome.usage]).toEqual([[], { input: 20, output: 6 }]);
	});

	it('flags what is missed even then, and keeps the first answer', async () => {
		const { outcome, requests } = await drafted([RISKS], [DRAFT, 'Worse.', 'never']);
		expect(requests).toHaveLength(2);
		expect(outcome.output.content).toBe(DRAFT);
		expect(outcome.flags).toMatchObject([{ kind: 'check', about: RISKS }]);
	});

	it('sends nothing more to a model elsewhere: nobody was asked about a second call', async () => {
		const provider = { id: 'far', title: 'Far', onDevice: false, config: {} };
		const { outcome, requests } = await drafted([RISKS], [DRAFT], { provider });
		expect(requests).toHaveLength(1);
		expect(outcome.flags).toMatchObject([{ about: RISKS }]);
	});
});
