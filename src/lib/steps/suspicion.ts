/** A stretch of material that reads like an order to the model. */
export interface Suspicion {
	start: number;
	end: number;
	/** What it seems to want, to follow “it”: `tells the model to forget its instructions`. */
	what: string;
}

/** More than these of one text say nothing new. */
const MOST = 10;
/** What is told apart lies on one line or two; longer gaps between two words are chance. */
const GAP = '[^.!?\\n]{0,60}?';

const pattern = (...alternatives: string[]) => new RegExp(alternatives.join('|'), 'gimu');

const RULES: { what: string; find: RegExp }[] = [
	{
		what: 'tells the model to forget its instructions',
		find: pattern(
			`\\b(?:ignore|disregard|forget|override|bypass|discard|skip)\\b${GAP}\\b(?:previous|prior|above|earlier|preceding|all|any|your|these|those|system)\\b${GAP}\\b(?:instructions?|rules?|prompts?|guidelines?|directions?|directives?|constraints?|guardrails?|restrictions?)\\b`,
			`\\bignorier\\w*\\b${GAP}\\b(?:anweisung|regel|vorgabe)\\w*`,
			`\\bignore[zr]?\\b${GAP}\\b(?:instructions|consignes|règles)\\b${GAP}\\b(?:précédentes|ci-dessus)`,
			`\\bignor[ae]\\b${GAP}\\b(?:instrucciones|istruzioni|instruções|regras|reglas|regole)\\b`,
			`\\b(?:instructions?|rules?)\\b${GAP}\\b(?:no longer apply|are (?:now )?(?:void|cancell?ed|superseded|replaced))`
		)
	},
	{
		what: 'speaks as if it came from whoever instructs the model',
		find: pattern(
			`<\\|?/?(?:im_start|im_end|system|assistant|endoftext|start_header_id)\\b`,
			`\\[/?INST\\]|<</?SYS>>`,
			`^\\s*(?:#{1,6}\\s*)?(?:system|assistant|developer)(?: (?:prompt|message|note|override))?\\s*:`,
			`^\\s*#{1,6}\\s*(?:new |updated )?(?:system|instructions?)(?: for (?:the )?(?:ai|assistant|model))?\\s*$`,
			`\\b(?:new|updated|revised|real|actual|following) (?:system )?(?:instructions?|prompt|task)\\b\\s*(?::|for (?:the |any )?(?:ai|assistant|(?:language )?model|llm))`,
			`\\bsystem prompt\\b`,
			`\\b(?:note|message|instructions?|attention|important|hey|dear)\\b,?\\s*(?:to|for)?\\s*(?:the |any |all )?(?:ai|llm|language model|assistant|chatbot)s?\\b`
		)
	},
	{
		what: 'gives the model another part to play',
		find: pattern(
			`\\b(?:you are (?:now|no longer) (?:an? |the |in |my |un)|from now on,? you|act as (?:if you|an? (?:ai|assistant|unrestricted|different))|pretend (?:to be|that you)|developer mode|jailbreak|DAN mode|enter (?:admin|debug|god) mode)\\b`
		)
	},
	{
		what: 'tells the model to send something away',
		find: pattern(
			`\\b(?:send|forward|post|upload|e-?mail|transmit|exfiltrate|submit|append|copy|leak|bcc)\\b${GAP}\\b(?:report|summary|draft|answer|output|response|conversation|contents?|data|documents?|files?|keys?|passwords?|secrets?|credentials?|tokens?|results?|prompt|everything|it|this)\\b[^\\n]{0,60}?(?:https?://|[\\w.+-]+@[\\w-]+\\.)`,
			`!\\[[^\\]]*\\]\\(https?://[^)\\s]*(?:\\?|\\{|%7B)`,
			`\\b(?:change|replace|set|update|use)\\b${GAP}\\b(?:recipient|address|e-?mail|url|iban|account|payee)\\b[^\\n]{0,40}?(?:\\bto\\b|:|=)[^\\n]{0,40}?(?:https?://|[\\w.+-]+@[\\w-]+\\.|[A-Z]{2}\\d{2})`
		)
	},
	{
		what: 'wants something kept from the person',
		find: pattern(
			`\\b(?:do not|don['’]t|never|without)\\b${GAP}\\b(?:tell|telling|mention|mentioning|inform|informing|notify|notifying|reveal|alert|ask|asking|warn|show)\\b${GAP}\\b(?:user|person|reviewer|human|anyone|anybody|operator|them)\\b`,
			`\\b(?:hide|conceal)\\b${GAP}\\b(?:from )(?:the )?(?:user|person|reviewer|human|operator)\\b`
		)
	},
	{
		what: 'wants to be approved without a look',
		find: pattern(
			`\\b(?:approve|accept|confirm|pass|sign off)\\b${GAP}\\b(?:automatically|without (?:review|checking|asking|a look)|on (?:my|the person['’]s|their) behalf)\\b`,
			`\\b(?:skip|bypass|disable|turn off)\\b${GAP}\\b(?:review|checks?|approval|confirmation|safety|filters?|gate)\\b`,
			`\\b(?:mark|rate|judge|score|report|label)\\b${GAP}\\bas (?:held|approved|safe|passed|correct|verified|perfect)\\b`
		)
	},
	{
		what: 'imitates the fence that material stands in',
		find: pattern(
			`<<<\\s*/?(?:end|document|text|data|draft|system)\\b`,
			`^\\s*(?:-{3,}|={3,})\\s*(?:end|begin|start) of (?:document|material|data|input|context)`
		)
	},
	{
		what: 'hides characters that nobody sees',
		find: pattern(
			'[\\u{E0020}-\\u{E007E}]{4,}',
			'(?:[\\u200B-\\u200D\\u2060\\uFEFF][^\\n]?){6,}',
			'[\\u202A-\\u202E\\u2066-\\u2069]'
		)
	},
	{
		what: 'has the model take an order out of hidden text',
		find: pattern(
			`\\b(?:decode|decrypt|base64|rot13|reverse)\\b${GAP}\\b(?:follow|execute|obey|run|do what|carry out)\\b`,
			`\\b(?:execute|obey|follow|carry out)\\b${GAP}\\b(?:hidden|embedded|encoded|decoded|following) (?:instructions?|commands?|orders?)\\b`
		)
	}
];

/**
 * Places in material that read like orders to a model, in the order of the text. It informs and nothing rests on it:
 * material stands behind a fence whatever is found, and harmless text may be among what is.
 */
export function suspicionsIn(text: string): Suspicion[] {
	const found: Suspicion[] = [];
	for (const { what, find } of RULES) {
		for (const match of text.matchAll(find)) {
			if (match[0] === '') continue;
			found.push({ start: match.index, end: match.index + match[0].length, what });
			if (found.length > 4 * MOST) break;
		}
	}
	found.sort((a, b) => a.start - b.start || b.end - a.end);
	// Of two that overlap the first says enough.
	const apart: Suspicion[] = [];
	for (const one of found) if (one.start >= (apart.at(-1)?.end ?? 0)) apart.push(one);
	return apart.slice(0, MOST);
}
