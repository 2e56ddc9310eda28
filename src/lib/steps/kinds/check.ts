import {
	countWords,
	fail,
	failure,
	hasPhrase,
	judgeRule,
	ok,
	parseRule,
	sameHeading,
	sections,
	type Flag,
	type Json
} from '$lib/core';
import * as z from 'zod';
import { defineStepKind, type StepContext } from '../contract';
import { schemaProblems } from '../schema-check';
import { derivedLabels } from '../material';
import { checkNumbers } from '../trace/check';

const config = z.strictObject({
	requiredSections: z
		.array(z.string().min(1))
		.default([])
		.meta({ title: 'Required sections' })
		.describe('Headings that have to be there.'),
	forbidden: z
		.array(z.string().min(1))
		.default([])
		.meta({ title: 'Forbidden words' })
		.describe('Words and phrases that must not occur.'),
	maxWords: z.int().min(1).optional().meta({ title: 'Words at most' }),
	numbersFrom: z
		.array(z.string())
		.default([])
		.meta({ title: 'Numbers come from' })
		.describe('Names of inputs. Every number of the draft has to occur in them or follow from them.'),
	schema: z
		.record(z.string(), z.json())
		.optional()
		.meta({ title: 'Schema' })
		.describe('JSON Schema that typed data has to fit.'),
	rules: z
		.array(
			z.string().refine((text) => parseRule(text) !== null, {
				error: 'No rule of this kind can be judged without a model. Try “Write at most 300 words.”'
			})
		)
		.default([])
		.meta({ title: 'Rules in words' })
		.describe('Sentences that need no model to be judged, such as “Give money without decimals.”'),
	stopOnFail: z
		.boolean()
		.default(false)
		.meta({ title: 'Stop when a rule is broken' })
		.describe('Otherwise the run goes on and the review shows what was found.')
});

type Context = StepContext<z.output<typeof config>>;

/** One rule and what was seen. */
export interface CheckResult {
	rule: string;
	passed: boolean;
	message: string;
}

export default defineStepKind({
	kind: 'check',
	title: 'Check',
	summary: 'Holds a draft against rules that need no model: sections, words, length, numbers, shape.',
	jobs: ['evaluate'],
	config,
	example: {
		requiredSections: ['Summary'],
		forbidden: ['as an AI'],
		maxWords: 500,
		numbersFrom: ['metrics']
	},
	requiredInputs: ['draft'],
	async run(context) {
		const draft = context.inputs['draft']?.[0];
		if (!draft || draft.content instanceof Uint8Array) {
			return fail(
				failure(
					'check.nothing',
					'There is no draft to check: the input “draft” is empty or a file that is not text.'
				)
			);
		}
		const text = typeof draft.content === 'string' ? draft.content : JSON.stringify(draft.content, null, 2);
		const numbers = context.config.numbersFrom.length > 0 ? await checkNumbers(context, text) : null;
		if (numbers && !numbers.ok) return numbers;
		const results = [
			...textRules(context.config, text),
			...(await shapeRule(context.config, draft.content)),
			...(numbers ? [numbers.value.result] : [])
		];
		const broken = results.filter((result) => !result.passed);
		if (broken.length > 0 && context.config.stopOnFail) {
			return fail(
				failure(
					'check.failed',
					`The draft breaks a rule. ${broken.map((result) => result.message).join(' ')} The draft is kept.`,
					{
						details: { rules: broken.map((result) => result.rule) }
					}
				)
			);
		}
		const report = {
			passed: broken.length === 0,
			results: results.map((result) => ({ ...result }))
		} satisfies Json;
		return ok({
			output: { content: report, media: 'application/json', labels: derivedLabels(context.inputs), from: [] },
			flags: [
				...broken.map(flagOf).filter((flag) => flag.about !== 'numbers'),
				...(numbers ? numbers.value.flags : [])
			],
			evidence: numbers ? numbers.value.evidence : []
		});
	}
});

function flagOf(result: CheckResult): Flag {
	return { kind: 'check', text: result.message, about: result.rule };
}

function textRules(rules: Context['config'], text: string): CheckResult[] {
	const headings = sections(text).flatMap((section) => (section.heading === null ? [] : [section.heading]));
	const words = countWords(text);
	const results = rules.requiredSections.map((wanted): CheckResult => {
		const passed = headings.some((heading) => sameHeading(heading, wanted));
		return {
			rule: `section: ${wanted}`,
			passed,
			message: passed ? `There is a section “${wanted}”.` : `The section “${wanted}” is missing.`
		};
	});
	for (const phrase of rules.forbidden) {
		const passed = !hasPhrase(text, phrase);
		results.push({
			rule: `forbidden: ${phrase}`,
			passed,
			message: passed ? `“${phrase}” does not occur.` : `The draft says “${phrase}”.`
		});
	}
	if (rules.maxWords !== undefined) {
		const passed = words <= rules.maxWords;
		results.push({
			rule: `words: ${rules.maxWords}`,
			passed,
			message: `The draft has ${words} words${passed ? '' : `, ${words - rules.maxWords} more than allowed`}.`
		});
	}
	for (const words of rules.rules) {
		const rule = parseRule(words);
		if (!rule) continue;
		const { held, reason } = judgeRule(rule, text);
		results.push({ rule: words, passed: held, message: held ? reason : `${words} ${reason}` });
	}
	return results;
}

async function shapeRule(rules: Context['config'], content: Json): Promise<CheckResult[]> {
	if (!rules.schema) return [];
	const problems = await schemaProblems(rules.schema, content);
	return [
		{
			rule: 'schema',
			passed: problems.length === 0,
			message:
				problems.length === 0
					? 'The data fits its schema.'
					: `The data does not fit its schema: ${problems.join(' ')}`
		}
	];
}
