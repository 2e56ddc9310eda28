import { violationTeller } from '$lib/egress';

/** What the browser keeps this page from sending is told to the ledger, also what it stopped before this was loaded. */
export function watchPage(): void {
	const tell = violationTeller('a page');
	if ('ReportingObserver' in globalThis) {
		const observer = new ReportingObserver(
			(reports) => {
				for (const { body } of reports) {
					const { blockedURL, effectiveDirective, sample } = body as unknown as Record<string, string | null>;
					tell({
						blockedURI: blockedURL ?? '',
						effectiveDirective: effectiveDirective ?? '',
						sample: sample ?? ''
					});
				}
			},
			{ types: ['csp-violation'], buffered: true }
		);
		observer.observe();
	} else document.addEventListener('securitypolicyviolation', tell);
}
