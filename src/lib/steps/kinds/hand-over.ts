import * as z from 'zod';
import { defineStepKind } from '../contract';

const config = z.strictObject({
	as: z
		.enum(['clipboard', 'download', 'mail'])
		.meta({ title: 'How' })
		.describe('To the clipboard, as a file, or as a draft in your mail program. You do it, by a click.'),
	name: z
		.string()
		.min(1)
		.max(120)
		.optional()
		.meta({ title: 'File name' })
		.describe('Of a download, such as Report.md.'),
	to: z
		.string()
		.max(320)
		.regex(/^[^\s,;:<>"()[\]\\?&#%@]+@[^\s,;:<>"()[\]\\?&#%@]+$/, 'One address, such as ines@example.org.')
		.optional()
		.meta({ title: 'To' })
		.describe('Of a mail draft. Always what the workflow says, never what a document says.'),
	subject: z.string().max(200).optional().meta({ title: 'Subject' }).describe('Of a mail draft.')
});

export default defineStepKind({
	kind: 'hand-over',
	title: 'Hand over',
	summary: 'Gives you an approved text to copy, to download or to mail; the step is done when you have.',
	jobs: ['act'],
	config,
	example: { as: 'mail', to: 'ines@example.org', subject: 'The weekly report' },
	acts: true,
	host: true,
	requiredInputs: ['value']
});
