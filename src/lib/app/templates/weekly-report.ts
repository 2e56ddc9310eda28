import { workflowSchema, type Workflow } from '$lib/workflow';

const onDeviceOrRemote = { model: 'any' as const };

/** The figures of a week. Descriptions are plain English that the built-in provider and a language model both follow. */
const METRICS = {
	type: 'object',
	properties: {
		revenue: { type: ['number', 'null'], title: 'Revenue (€)', description: 'sum of revenue in sales' },
		orders: { type: ['integer', 'null'], title: 'Orders', description: 'sum of orders in sales' },
		average_order: {
			type: ['number', 'null'],
			title: 'Average order (€)',
			description: 'sum of revenue in sales divided by sum of orders in sales'
		},
		units: { type: ['integer', 'null'], title: 'Units sold', description: 'sum of units in sales' },
		returns: { type: ['integer', 'null'], title: 'Returns', description: 'sum of returns in sales' },
		sessions: { type: ['integer', 'null'], title: 'Sessions', description: 'sum of sessions in traffic' },
		conversion: {
			type: ['number', 'null'],
			title: 'Conversion rate (%)',
			description: 'sum of conversions in traffic divided by sum of sessions in traffic, in percent'
		},
		support_tickets: {
			type: ['integer', 'null'],
			title: 'Support tickets',
			description: 'labelled number “Support tickets” in notes'
		},
		best_seller: {
			type: ['string', 'null'],
			title: 'Best seller',
			description: 'largest product by sum of revenue in sales'
		},
		best_seller_revenue: {
			type: ['number', 'null'],
			title: 'Best seller revenue (€)',
			description: 'largest sum of revenue by product in sales'
		},
		days: {
			type: ['integer', 'null'],
			title: 'Days with data',
			description: 'number of different date in sales'
		},
		period: { type: ['string', 'null'], title: 'Period', description: 'date range of date in sales' }
	},
	required: [
		'revenue',
		'orders',
		'average_order',
		'units',
		'returns',
		'sessions',
		'conversion',
		'support_tickets',
		'best_seller',
		'best_seller_revenue',
		'days',
		'period'
	],
	additionalProperties: false
};

const SECTIONS = [
	{ title: 'Summary', about: 'What matters most this week, in three or four sentences.' },
	{
		title: 'Changes since last week',
		about: 'Each key figure against the last approved report, with the cause where the notes name one.'
	},
	{
		title: 'Key figures',
		about:
			'A table with this week, last week and the change: Revenue, Orders, Average order, Units sold, Returns, Sessions, Conversion rate, Support tickets.'
	},
	{ title: 'What the team says', about: 'What else the notes say that a reader should know.' },
	{ title: 'Next steps', about: 'What the notes say will be done next.' }
];

const document: Workflow = workflowSchema.parse({
	format: 1,
	id: 'weekly-report',
	title: 'Weekly performance report',
	goal: 'A report on the week that a person has checked, ready for the Monday meeting and saved beside the earlier ones.',
	assumptions: [
		'One row of the sales file is a product in a region on a day, with revenue in euros.',
		'One row of the traffic file is a channel in a part of a day.',
		'The last approved report before this week is the one to compare with.'
	],
	inputs: [
		{ id: 'week', title: 'Week', type: 'text', example: '2026-W45', help: 'Calendar week, such as 2026-W45.' }
	],
	sources: [
		{
			id: 'sales',
			title: 'Sales',
			kind: 'files',
			accept: ['csv'],
			match: ['sales'],
			help: 'CSV with the columns date, product, region, orders, units, revenue and returns.'
		},
		{
			id: 'traffic',
			title: 'Traffic',
			kind: 'files',
			accept: ['csv'],
			match: ['traffic'],
			help: 'CSV with the columns date, channel, sessions and conversions.'
		},
		{
			id: 'notes',
			title: 'Team notes',
			kind: 'files',
			accept: ['md', 'txt'],
			match: ['notes'],
			help: 'What the team wrote about the week, as Markdown or plain text.'
		},
		{
			id: 'style',
			title: 'House style',
			kind: 'files',
			accept: ['md', 'txt'],
			match: ['style'],
			required: false,
			keep: true,
			help: 'How reports are worded here. Kept for the next run.'
		},
		{
			id: 'previous',
			title: 'Last approved report',
			kind: 'last-approved',
			required: false,
			help: 'Found by itself: the last one before this week. The first run has none.'
		}
	],
	steps: [
		{
			id: 'collect',
			title: 'Collect',
			kind: 'collect',
			job: 'collect'
		},
		{
			id: 'extract',
			title: 'Extract metrics',
			kind: 'model',
			job: 'extract',
			inputs: { documents: 'steps.collect.output' },
			instructions:
				'Work out the figures of week {{inputs.week}} from the files. Each field of the schema says how. A figure that the files do not give is null.',
			output: { type: 'json', media: 'application/json', schema: METRICS },
			permissions: onDeviceOrRemote,
			with: { documents: ['sales', 'traffic', 'notes'] }
		},
		{
			id: 'draft',
			title: 'Draft',
			kind: 'model',
			job: 'draft',
			inputs: { metrics: 'steps.extract.output', documents: 'steps.collect.output' },
			instructions:
				'Write the report on week {{inputs.week}} for people who decide on Monday. Say what changed since the last approved report, and why where the notes say so. Quote the notes faithfully. Follow the words of the house style guide. Figures come from the metrics, unchanged.',
			permissions: onDeviceOrRemote,
			with: { sections: SECTIONS, maxWords: 450, documents: ['notes', 'style', 'previous'] }
		},
		{
			id: 'flag',
			title: 'Flag anomalies',
			kind: 'model',
			job: 'flag',
			inputs: { metrics: 'steps.extract.output', documents: 'steps.collect.output' },
			instructions:
				'Name what a person should look at before approving. Flag a figure that changed by more than 25 % against the last approved report. Compare sessions with orders. Flag it when there are fewer than 7 days with data. Flag what the notes are not certain of.',
			output: { type: 'json', media: 'application/json' },
			permissions: onDeviceOrRemote,
			with: { documents: ['notes', 'previous'] }
		},
		{
			id: 'check',
			title: 'Check',
			kind: 'check',
			job: 'evaluate',
			inputs: {
				draft: 'steps.draft.output',
				metrics: 'steps.extract.output',
				documents: 'steps.collect.output'
			},
			with: { forbidden: ['disaster', 'as an AI'], maxWords: 500, numbersFrom: ['metrics', 'documents'] }
		},
		{
			id: 'review',
			title: 'Review',
			kind: 'review',
			job: 'decide',
			needs: ['check', 'flag'],
			inputs: { draft: 'steps.draft.output' },
			with: {
				question: 'Is this report ready for the Monday meeting?',
				criteria: ['Numbers match the sources', 'Says what changed since last week', 'No internal names'],
				revise: 'draft',
				maxRevisions: 3
			}
		},
		{
			id: 'save',
			title: 'Save',
			kind: 'save',
			job: 'act',
			inputs: { value: 'steps.review.output' },
			permissions: { write: ['Reports'] },
			with: { path: 'Reports/{{inputs.week}} Weekly report.md' }
		}
	],
	output: { title: 'Performance, week {{inputs.week}}' }
});

/** The document of the weekly performance report; its facts and samples stand in weekly-report-facts.ts. */
export default document;
