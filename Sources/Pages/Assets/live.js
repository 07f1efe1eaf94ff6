// The live part of a page: one connection, by which the server says what has changed, and the one place where markup that it
// rendered is put into the page. Nothing here makes markup from data.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const policy = globalThis.trustedTypes?.createPolicy('wr', { createHTML: html => html }) ?? { createHTML: html => html };

/** The nodes of a piece that the server rendered, with moments in the browser's own time. */
const nodes = html => {
	const template = document.createElement('template');
	template.innerHTML = policy.createHTML(html);
	localise(template.content);
	return template.content;
};

const forms = {
	time: { hour: '2-digit', minute: '2-digit' },
	clock: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
	fine: { minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
	day: { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' },
};
const formats = {};
const localise = within => {
	for (const time of $$('time[data-f]', within)) {
		const form = time.dataset.f;
		formats[form] ??= new Intl.DateTimeFormat(document.documentElement.lang, { hourCycle: 'h23', ...forms[form] });
		const moment = new Date(time.dateTime);
		time.textContent = formats[form].format(moment);
		time.title = moment.toString();
	}
};

/** Puts a piece where it belongs. What was open, chosen or in focus in the piece before stays so. */
const put = ({ at, how, key, html }) => {
	const place = document.getElementById(at);
	const old = document.getElementById(key);
	if (how === 'remove') return old?.remove();
	const piece = nodes(html).firstElementChild;
	if (!piece) return;
	if (old) keep(old, piece);
	if (old && how !== 'top') old.replaceWith(piece);
	else if (how === 'replace' || !place) return;
	else {
		old?.remove();
		if (how === 'top') place.prepend(piece);
		else place.append(piece);
	}
	const most = Number(place?.dataset.most);
	if (most) while (place.children.length > most) place.firstElementChild.remove();
	const focused = piece.dataset.refocus && document.getElementById(piece.dataset.refocus);
	delete piece.dataset.refocus;
	focused?.focus({ preventScroll: true });
	dispatchEvent(new CustomEvent('put', { detail: { place, piece, isNew: !old } }));
};

const keep = (old, piece) => {
	for (const details of $$('details[open]', old)) $$('details', piece)[$$('details', old).indexOf(details)]?.setAttribute('open', '');
	for (const name of ['hidden', 'aria-selected', 'tabindex']) {
		if (old.hasAttribute(name) && old.hasAttribute('data-kept')) piece.setAttribute(name, old.getAttribute(name));
	}
	const focused = document.activeElement;
	if (old.contains(focused) && focused.id) piece.dataset.refocus = focused.id;
};

/** What is done with a piece that comes: a page may hold some back. */
let take = put;

// The connection: live, paused while the page is hidden, lost and coming back, or over.

const connection = { source: null, seq: null, boot: null, lostAt: 0, timer: 0, hidden: 0 };
const pill = state => {
	document.body.dataset.state = state;
	const text = $('#live [data-text]');
	if (text) text.textContent = $('#live').dataset[state] ?? '';
};

const connect = () => {
	const address = document.body.dataset.events;
	if (!address) return;
	connection.source?.close();
	clearTimeout(connection.timer);
	const after = connection.seq ?? $('main').dataset.seq;
	const source = new EventSource(`${address}&after=${encodeURIComponent(after)}`);
	connection.source = source;
	const on = (name, act) => source.addEventListener(name, event => {
		if (event.lastEventId) connection.seq = event.lastEventId;
		act(JSON.parse(event.data));
	});
	on('hello', async hello => {
		const isLong = connection.lostAt && performance.now() - connection.lostAt > 5000;
		const isOther = connection.boot && connection.boot !== hello.boot;
		connection.boot = hello.boot;
		connection.lostAt = 0;
		if (isOther || hello.gap || isLong) await refresh();
		pill('live');
		dispatchEvent(new CustomEvent('hello', { detail: hello }));
	});
	on('put', piece => take(piece));
	on('clock', clock => dispatchEvent(new CustomEvent('clock', { detail: clock })));
	on('bye', ({ why, again_ms }) => {
		source.close();
		lose(why === 'newer_tab' ? 'paused' : 'lost', why === 'newer_tab' ? 0 : again_ms);
	});
	source.onerror = () => {
		lose('lost', 0);
		// A refusal, unlike a break, is not tried again by the browser.
		if (source.readyState === EventSource.CLOSED) connection.timer = setTimeout(connect, 3000);
	};
};

const lose = (state, again) => {
	connection.lostAt ||= performance.now();
	pill(state);
	if (again) connection.timer = setTimeout(connect, again);
};

// A browser has six connections to a server: a page that nobody sees gives its own away.
document.addEventListener('visibilitychange', () => {
	clearTimeout(connection.hidden);
	if (document.hidden) {
		connection.hidden = setTimeout(() => { connection.source?.close(); lose('paused', 0); }, 20000);
	} else if (!connection.source || connection.source.readyState === EventSource.CLOSED) connect();
});
addEventListener('focus', () => { if (document.body.dataset.state === 'paused') connect(); });

// Going elsewhere within the page, and fetching all of it anew: the server renders it, `<main>` is exchanged.

const fetched = async address => {
	const answer = await fetch(address, { headers: { Accept: 'text/html' } });
	if (!answer.ok) throw new Error(answer.status);
	return new DOMParser().parseFromString(policy.createHTML(await answer.text()), 'text/html');
};

/** Shows another page of ours in the place of this one. */
const show = (page, isSame) => {
	const typed = isSame ? $$('textarea,input:not([type=hidden])').filter(field => field.id).map(field => [field.id, field.value, field.checked]) : [];
	const focus = document.activeElement?.id;
	const scrolls = isSame ? $$('[data-scroll]').map(box => [box.id, box.scrollTop]) : [];
	const opened = isSame ? $$('details[open][id]').map(details => details.id) : [];
	localise(page);
	for (const part of ['main', '#bar']) $(part)?.replaceWith(document.importNode($(part, page), true));
	document.title = page.title;
	document.body.dataset.events = page.body.dataset.events ?? '';
	for (const [id, value, checked] of typed) {
		const field = document.getElementById(id);
		if (field && field.type !== 'file') Object.assign(field, { value, checked });
	}
	for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
	for (const [id, top] of scrolls) { const box = document.getElementById(id); if (box) box.scrollTop = top; }
	if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
	connection.seq = $('main').dataset.seq;
	dispatchEvent(new CustomEvent('show', { detail: { isSame } }));
};

const refresh = async () => { try { show(await fetched(location.href), true); } catch { location.reload(); } };

const go = async address => {
	try {
		const page = await fetched(address);
		history.pushState(null, '', address);
		show(page, false);
		connect();
	} catch { location.assign(address); }
};
addEventListener('popstate', async () => { show(await fetched(location.href), false); connect(); });

/** Posts a form and does with the answer what it says: puts a piece, goes nowhere else. */
const post = async (address, body) => {
	const answer = await fetch(address, { method: 'POST', body, headers: { Accept: 'text/html; part=1' } });
	return { isDone: answer.ok, text: await answer.text() };
};

localise(document);
