import { fail, failure, ok, type Json } from '$lib/core';
import { parseTemplate, refsIn, renderTemplate, sayRef, type Ref } from '$lib/workflow';
import * as z from 'zod';
import { defineStepKind, type StepContext } from '../contract';
import { derivedLabels } from '../material';
import { isForeignInput, runInputs } from '../step-data';

/** What is wrong with a path template, or null. Only what the person typed may name a file, never a document's text. */
function pathProblem(template: string): string | null {
	for (const part of parseTemplate(template)) {
		if ('problem' in part) return part.problem;
		if ('ref' in part && part.ref.root !== 'inputs' && part.ref.root !== 'run') {
			return 'A path is made from inputs.… and run.… only, never from what a document or a model says.';
		}
	}
	return null;
}

const config = z.strictObject({
	path: z
		.string()
		.min(1)
		.superRefine((template, check) => {
			const problem = pathProblem(template);
			if (problem) check.addIssue({ code: 'custom', message: problem });
		})
		.meta({ title: 'Path in the library' })
		.describe(
			'Folder and name, such as Reports/{{inputs.week}} Weekly report.md. {{run.date}} is the day, {{run.number}} counts the runs.'
		),
	format: z
		.enum(['markdown', 'html', 'docx', 'csv', 'xlsx', 'json'])
		.optional()
		.meta({ title: 'Written as' })
		.describe('csv and xlsx take the table in the result. Empty: as it is.'),
	mode: z
		.enum(['version', 'new-file', 'append'])
		.optional()
		.meta({ title: 'When the path is taken' })
		.describe(
			'version: a new version of it. new-file: another name, with a number. append: a new version that has the old text first. Nothing is ever overwritten.'
		)
});

export default defineStepKind({
	kind: 'save',
	title: 'Save',
	summary: 'Writes an approved value to a named path in the library; nothing is overwritten.',
	jobs: ['act'],
	config,
	seesRunInputs: true,
	example: { path: 'Reports/{{run.date}} Weekly report.md' },
	acts: true,
	requiredInputs: ['value'],
	async run(context) {
		const value = context.inputs['value']?.[0];
		if (!value) {
			return fail(
				failure('save.nothing', 'There is nothing to save: the input “value” is empty. Nothing was written.')
			);
		}
		const foreign = refsIn(context.config.path).find(
			(ref) => ref.root === 'inputs' && isForeignInput(context, ref.id)
		);
		if (foreign) return fail(notTyped(context.step.title, sayRef(foreign)));
		const rendered = renderTemplate(context.config.path, (ref) => lookup(context, ref));
		if (!rendered.ok) return rendered;
		const path = rendered.value;
		const allowed = context.step.permissions.write;
		if (allowed.length > 0 && !allowed.some((folder) => isInside(path, folder))) {
			return fail(
				failure(
					'save.not-permitted',
					`This step may write to ${allowed.join(', ')}, and “${path}” is not in there. Nothing was written; the approved text is kept in the run.`,
					{ details: { path, allowed } }
				)
			);
		}
		return ok({
			output: {
				content: { path },
				media: 'application/json',
				labels: derivedLabels(context.inputs),
				from: value.from
			},
			effect: {
				...{ type: 'save', path, value },
				...(context.config.format ? { format: context.config.format } : {}),
				...(context.config.mode ? { mode: context.config.mode } : {})
			}
		});
	}
});

/** A slash that somebody typed into an input must not open a folder. */
function lookup(context: StepContext, ref: Ref): Json | undefined {
	const known =
		ref.root === 'inputs'
			? runInputs(context)[ref.id]
			: ref.root === 'run'
				? context.run[ref.field]
				: undefined;
	return typeof known === 'string' ? known.replace(/[/\\]/g, '-') : known;
}

function notTyped(title: string, name: string) {
	return failure(
		'save.not-typed',
		`“${title}” names its file by ${name}, which its caller took from what a document or a model says. Nothing was written, and the approved text is kept in the run; let the caller give what a person typed.`
	);
}

function isInside(path: string, folder: string): boolean {
	const parts = (text: string) => text.split(/[/\\]+/).filter((part) => part !== '');
	const inner = parts(path);
	return !inner.includes('..') && parts(folder).every((part, index) => inner[index] === part);
}
