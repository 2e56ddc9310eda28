/**
 * What a person wants of a weekly report and comes to say week by week: the kinds of corrections that people make to
 * recurring texts. Half of them are about words and structure, which a rule can state; half are not.
 */
export interface Wish {
	id: string;
	/** The rule in the words that Galley proposes, where there is one. */
	rule?: string;
	/** How the person puts it when nothing is proposed; another time they say it in other words. */
	said: string[];
	/** A sentence of the report as it is with the wish fulfilled, and without. */
	good: string;
	bad: string;
	/** Where the sentence stands. */
	section: 'Summary' | 'Changes' | 'Voices';
	/** Only in weeks in which there is something of the sort; else every week. */
	topic?: Topic;
}

export const TOPICS = ['returns', 'stockout', 'campaign', 'outage'] as const;
export type Topic = (typeof TOPICS)[number];

const word = (id: string, to: string, from: string, sentence: string, section: Wish['section']): Wish => ({
	id,
	rule: `Write “${to}” instead of “${from}”.`,
	said: [],
	good: sentence.replace('*', to),
	bad: sentence.replace('*', from),
	section
});
const never = (id: string, text: string, good: string, bad: string): Wish => ({
	id,
	rule: `Never write “${text}”.`,
	said: [],
	good,
	bad,
	section: 'Voices'
});

export const WISHES: Wish[] = [
	word('revenue', 'revenue', 'turnover', 'The * of the week came in below plan.', 'Summary'),
	word('customers', 'customers', 'clients', 'Most * ordered once.', 'Summary'),
	word('top', 'top product', 'best seller', 'The * was the lamp.', 'Changes'),
	word('shop', 'online shop', 'webshop', 'Traffic to the * was steady.', 'Changes'),
	word('use', 'use', 'utilise', 'The team wants to * the new labels.', 'Voices'),
	word('delay', 'delay', 'slippage', 'There was a * at the supplier.', 'Voices'),
	never(
		'know',
		'as everybody knows',
		'The warehouse is short of staff.',
		'The warehouse, as everybody knows, is short of staff.'
	),
	never('obvious', 'obviously', 'The rain kept people at home.', 'The rain obviously kept people at home.'),
	{
		id: 'outlook',
		rule: 'Leave out the section “Outlook”.',
		said: [],
		good: '',
		bad: '',
		section: 'Summary'
	},
	{
		id: 'first',
		rule: 'Start with the section “Changes”.',
		said: [],
		good: '',
		bad: '',
		section: 'Changes'
	},
	{
		id: 'cents',
		rule: 'Give money without decimals.',
		said: [],
		good: 'Sales were € 48,210.',
		bad: 'Sales were € 48,210.40.',
		section: 'Summary'
	},
	{
		id: 'risks',
		rule: 'Always include a section “Risks”.',
		said: [],
		good: '',
		bad: '',
		section: 'Changes'
	},
	{
		id: 'cause',
		said: [
			'Name the cause of every change where the notes give one.',
			'Where the notes give a cause of a change, name it.'
		],
		good: 'Orders fell because the bundle ended on Tuesday and nothing took its place.',
		bad: 'Orders fell somewhat.',
		section: 'Changes'
	},
	{
		id: 'region',
		said: ['Say which region each figure is about.', 'Each figure needs the region that it is about.'],
		good: 'In the north 310 orders came in and in the south 204, as in the week before.',
		bad: 'There were 514 orders.',
		section: 'Summary'
	},
	{
		id: 'owner',
		said: [
			'End each next step with the person who does it.',
			'Put the person who does it at the end of each next step.'
		],
		good: 'The labels are ordered again by Friday; that is with Ines from the warehouse.',
		bad: 'The labels will be looked at.',
		section: 'Voices'
	},
	{
		id: 'open',
		said: [
			'Put open questions into one list at the end of the summary.',
			'Open questions belong into one list at the end of the summary.'
		],
		good: 'Open: whether the second carrier stays, and who decides about the winter prices.',
		bad: 'Some things are still open.',
		section: 'Summary'
	},
	{
		id: 'doubt',
		said: [
			'Say of an estimate that it is one, and whose.',
			'When a number is an estimate, say so and whose it is.'
		],
		good: 'Ines from the warehouse estimates that two pallets are missing.',
		bad: 'Two pallets are missing.',
		section: 'Voices'
	},
	{
		id: 'returns',
		said: [
			'Give returns by product with the reason that customers name.',
			'Returns go by product, with the reason that customers name.'
		],
		good: 'Returns: the chair was sent back nine times because a screw was missing, the desk twice.',
		bad: 'Returns went up.',
		section: 'Changes',
		topic: 'returns'
	},
	{
		id: 'stockout',
		said: [
			'For each stockout say how many days it lasted and what it cost.',
			'A stockout is told with its days and what it cost.'
		],
		good: 'A stockout of the lamp lasted three days and cost some forty orders.',
		bad: 'There was a stockout.',
		section: 'Changes',
		topic: 'stockout'
	},
	{
		id: 'campaign',
		said: [
			'Set the cost of a campaign beside what it brought in.',
			'Beside what a campaign brought in stands its cost.'
		],
		good: 'The campaign brought in 90 orders at a cost of 400 euros, so 4 euros and a half an order.',
		bad: 'The campaign went well.',
		section: 'Summary',
		topic: 'campaign'
	},
	{
		id: 'outage',
		said: [
			'Say from when to when an outage lasted and who noticed it first.',
			'Of an outage say when it began and ended, and who noticed it first.'
		],
		good: 'The outage lasted from nine to noon on Monday; a customer noticed it first.',
		bad: 'There was an outage.',
		section: 'Voices',
		topic: 'outage'
	}
];

/** What there is every week, as the material and the report say it. */
const PLAIN = {
	Summary: 'The week was quiet after the holidays, and the team caught up with what was left over.',
	Changes: 'Compared with the week before little moved; the weekend was weaker than usual.',
	Voices: 'The new shelves are a success with everybody in the warehouse.'
};

/** The report with some wishes fulfilled and the others not, as far as the week gives occasion. */
export function report(week: number, topics: readonly Topic[], kept: ReadonlySet<string>): string {
	const of = (section: Wish['section']) =>
		[
			PLAIN[section],
			...WISHES.filter((wish) => wish.section === section && applies(wish, topics)).map((wish) =>
				kept.has(wish.id) ? wish.good : wish.bad
			)
		]
			.filter((sentence) => sentence !== '')
			.join(' ');
	const changes = `## Changes\n\n${of('Changes')}\n`;
	const summary = `## Summary\n\n${of('Summary')}\n`;
	return [
		`# Week ${week}\n`,
		...(kept.has('first') ? [changes, summary] : [summary, changes]),
		`## Voices\n\n${of('Voices')}\n`,
		...(kept.has('risks') ? ['## Risks\n\nThe supplier may be late again.\n'] : []),
		...(kept.has('outlook') ? [] : ['## Outlook\n\nNothing is known of the next week.\n'])
	].join('\n');
}

export function applies(wish: Wish, topics: readonly Topic[]): boolean {
	return wish.topic === undefined || topics.includes(wish.topic);
}

/** What the step works on: the notes of the week, which speak of what there was. */
export function material(week: number, topics: readonly Topic[]): string {
	return [
		`Notes of week ${week}.`,
		...Object.values(PLAIN),
		...WISHES.filter((wish) => applies(wish, topics) && wish.good !== '').map(({ good }) => good)
	].join('\n');
}
