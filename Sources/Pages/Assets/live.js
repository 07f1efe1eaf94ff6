// The live part of a page: the connection by which the server says what has changed, and the one place where markup that it
// rendered goes into the page. Nothing makes markup from data.

const $ = (selector, within = document) => within.querySelector(selector);
const { body } = document;
const byId = id => document.getElementById(id);
const set = (id, what) => Object.assign(byId(id) ?? {}, what);
const on = (name, act, options) => document.addEventListener(name, act, options);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const rules = { createHTML: html => html };
const policy = self.trustedTypes?.createPolicy('wr', rules) ?? rules;

/** The nodes of a piece, with moments in the browser's own time. */
const nodes = html => {
	const template = document.createElement('template');
	template.innerHTML = policy.createHTML(html);
	localise(template.content);
	return template.content;
};

// Written out: a formatter of the browser takes longer to make than all else that a page does when it opens.
const digits = (number, count = 2) => `${number}`.padStart(count, '0');
const time = at => `${digits(at.getHours())}:${digits(at.getMinutes())}`;
const forms = {
	time,
	clock: at => `${time(at)}:${digits(at.getSeconds())}`,
	fine: at => `${digits(at.getMinutes())}:${digits(at.getSeconds())}.${digits(at.getMilliseconds(), 3)}`,
	day: at => `${at.getMonth() + 1}/${at.getDate()} ${time(at)}`,
};
const localise = within => {
	for (const place of $$('time[data-f]', within)) {
		const moment = new Date(place.dateTime);
		place.textContent = forms[place.dataset.f](moment);
		place.title = moment.toString();
	}
};

/** Puts a piece where it belongs. What was open or in focus in the piece before stays so. */
const put = ({ at, how, key, html }) => {
	const place = byId(at);
	const old = byId(key);
	if (how === 'remove') return old?.remove();
	const piece = nodes(html).firstElementChild;
	if (!piece) return;
	const focus = old && keep(old, piece);
	if (place?.closest('[role=log]')) hush(old, piece);
	if (old && how !== 'top') old.replaceWith(piece);
	else if (how === 'replace' || !place) return;
	else {
		old?.remove();
		if (how === 'top') place.prepend(piece);
		else if (!insert(place, piece)) return;
	}
	byId(focus)?.focus({ preventScroll: true });
	dispatchEvent(new CustomEvent('put', { detail: { place, piece, isNew: !old } }));
};

/** Puts a piece behind those with smaller numbers. One from before all that is here belongs to what the page has let go of. */
const number = item => Number(item?.id.match(/\d+$/)?.[0]);
const insert = (list, piece) => {
	let before = null;
	let item = list.lastElementChild;
	while (number(item) > number(piece)) { before = item; item = item.previousElementSibling; }
	if (before && !item && 'more' in list.dataset) return false;
	list.insertBefore(piece, before);
	return true;
};

// A message is read out once, when it is whole: neither while it grows nor when a mark on it changes.
const isBusy = item => item.ariaBusy === 'true';
const hush = (old, piece) => { if (isBusy(piece) || old && !isBusy(old)) piece.ariaLive = 'off'; };

const keep = (old, piece) => {
	for (const details of $$('details[open]', old)) $$('details', piece)[$$('details', old).indexOf(details)]?.setAttribute('open', '');
	return old.contains(document.activeElement) ? document.activeElement.id : '';
};

// Pieces wait for the next frame, of each place the newest alone, and go into the page for a few milliseconds at a time: in a flood
// the page still answers.
const waiting = new Map();
let flushing;
const queue = piece => {
	waiting.delete(piece.key);
	waiting.set(piece.key, piece);
	schedule();
};
// There are no frames of a page that nobody sees.
const schedule = () => { flushing ??= document.hidden ? setTimeout(flush, 100) : requestAnimationFrame(flush); };
const flush = () => {
	flushing = null;
	const began = performance.now();
	for (const [key, piece] of waiting) {
		waiting.delete(key);
		put(piece);
		if (performance.now() - began > 4) break;
	}
	if (waiting.size) schedule();
	// In the same frame, so that there is one layout of it.
	dispatchEvent(new Event('filled'));
};

/** Takes a piece that comes; a page may hold it back. */
let take = queue;

// The connection: live, paused while the page is hidden, lost and coming back, or over.

let source, seq, boot, timer, hiding, lostAt = 0;
const pill = state => {
	body.dataset.state = state;
	const text = $('#live [data-text]');
	if (text) text.textContent = $('#live').dataset[state] ?? '';
};

const connect = () => {
	const address = body.dataset.events;
	if (!address) return;
	source?.close();
	clearTimeout(timer);
	const after = seq ?? $('main').dataset.seq;
	const own = source = new EventSource(`${address}&after=${encodeURIComponent(after)}`);
	const hear = (name, act) => own.addEventListener(name, e => {
		if (e.lastEventId) seq = e.lastEventId;
		act(Object.assign(JSON.parse(e.data), { seq }));
	});
	hear('hello', async hello => {
		const isLong = lostAt && performance.now() - lostAt > 5000;
		const isOther = boot && boot !== hello.boot;
		boot = hello.boot;
		lostAt = 0;
		if (isOther || hello.gap || isLong) await refresh();
		pill('live');
	});
	hear('put', piece => take(piece));
	hear('bye', ({ why, again_ms }) => {
		own.close();
		lose(why === 'newer_tab' ? 'paused' : 'lost', why === 'newer_tab' ? 0 : again_ms);
	});
	own.onerror = () => {
		lose('lost', 0);
		// A refusal, unlike a break, is not tried again by the browser.
		if (own.readyState === EventSource.CLOSED) timer = setTimeout(connect, 3000);
	};
};

const lose = (state, again) => {
	lostAt ||= performance.now();
	pill(state);
	if (again) timer = setTimeout(connect, again);
};

// A browser has six connections to a server: a page that nobody sees gives its own away.
on('visibilitychange', () => {
	clearTimeout(hiding);
	if (document.hidden) {
		hiding = setTimeout(() => { source?.close(); lose('paused', 0); }, 20000);
	} else if (!source || source.readyState === EventSource.CLOSED) connect();
});
addEventListener('focus', () => { if (body.dataset.state === 'paused') connect(); });

// Going elsewhere within the page, and fetching all of it anew: `<main>` is exchanged.

const fetched = async address => {
	const answer = await fetch(address);
	if (!answer.ok) throw new Error(answer.status);
	return new DOMParser().parseFromString(policy.createHTML(await answer.text()), 'text/html');
};

const position = seq => Number(seq?.split('.').at(-1));
const show = (page, isSame) => {
	const all = selector => isSame ? $$(selector) : [];
	const typed = all('textarea[id],input[id]:not([type=file])').map(field => [field.id, field.value, field.checked]);
	const scrolls = all('[data-scroll]').map(box => [box.id, box.scrollTop]);
	const opened = all('details[open][id]').map(details => details.id);
	const focus = document.activeElement?.id;
	localise(page);
	for (const part of ['main', '#bar']) $(part)?.replaceWith(document.importNode($(part, page), true));
	document.title = page.title;
	body.dataset.events = page.body.dataset.events ?? '';
	for (const [id, value, checked] of typed) set(id, { value, checked });
	for (const id of opened) set(id, { open: true });
	for (const [id, scrollTop] of scrolls) set(id, { scrollTop });
	byId(focus)?.focus({ preventScroll: true });
	// What came before the page was made is in it; of another chat nothing is wanted.
	const made = position($('main').dataset.seq);
	for (const [key, piece] of waiting) if (!isSame || !(position(piece.seq) > made)) waiting.delete(key);
	seq = $('main').dataset.seq;
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

const post = async (address, body) => {
	const answer = await fetch(address, { method: 'POST', body, headers: { Accept: 'text/html; part=1' } });
	return { isDone: answer.ok, text: await answer.text() };
};

localise(document);
