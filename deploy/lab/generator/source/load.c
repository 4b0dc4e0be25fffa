#include "load.h"

#include <stdio.h>

#include "system.h"

/* Few at a time: an arrival that is due meanwhile waits for the rest of them. */
#define EVENTS 32
#define TICK_NS (10 * MILLISECOND_NS)
/* In a closed loop, a connection rests after an error, or a dead server would be asked 50,000 times a second. */
#define REST_NS (10 * MILLISECOND_NS)

static const char *const ERROR_NAMES[ERRORS] = {"connect", "reset", "timeout", "malformed", "refused"};

static bool is_open_loop(const struct load *load) { return load->options->rate > 0; }

static bool is_counted(const struct load *load, const struct slot *slot) {
    return window_has(&load->window, slot->intended);
}

static void settle(struct load *load, struct slot *slot, enum outcome outcome);

static void transmit(struct load *load, struct slot *slot) { settle(load, slot, load->protocol->start(load, slot)); }

static void start(struct load *load, struct slot *slot, struct arrival arrival, uint64_t free_since) {
    slot->state = BUSY;
    slot->intended = arrival.intended;
    slot->path = arrival.path;
    slot->started = now_ns();
    load->busy++;
    if (is_open_loop(load) && is_counted(load, slot)) {
        uint64_t could = arrival.intended > free_since ? arrival.intended : free_since;
        histogram_add(&load->lag, slot->started > could ? slot->started - could : 0);
    }
    transmit(load, slot);
}

static void start_closed(struct load *load, struct slot *slot, uint64_t now) {
    load->due += window_has(&load->window, now);
    start(load, slot, (struct arrival){now, arrivals_path(&load->arrivals)}, now);
}

/* The connection has nothing to do: it takes the request that waits, the next one of a closed loop, or none. */
static void release(struct load *load, struct slot *slot, uint64_t now, bool failed) {
    struct arrival arrival;
    load->busy--;
    slot->state = FREE;
    /* After a failure the main loop goes on with what waits: with a dead server this would call itself without end. */
    if (!failed && arrivals_take(&load->arrivals, &arrival)) {
        start(load, slot, arrival, now);
    } else if (is_open_loop(load) || now >= load->window.end) {
        if (load->free_count == 0)
            load->free_since = now;
        load->free_slots[load->free_count++] = slot;
    } else if (failed) {
        slot->state = RESTING;
        slot->rest_until = now + REST_NS;
    } else {
        start_closed(load, slot, now);
    }
}

static void fail(struct load *load, struct slot *slot, enum error error, uint64_t now) {
    load->protocol->close(slot);
    if (is_counted(load, slot)) {
        load->errors[error]++;
        /* It would have taken at least as long. */
        if (error == TIMEOUT_ERROR)
            histogram_add(&load->latency, now - slot->intended);
    }
    release(load, slot, now, true);
}

static void complete(struct load *load, struct slot *slot, uint64_t now) {
    struct answer answer = load->protocol->finish(load, slot);
    if (is_counted(load, slot)) {
        load->completed++;
        load->statuses[answer.status < STATUSES ? answer.status : 0]++;
        histogram_add(&load->latency, now - slot->intended);
    }
    if (window_has(&load->window, now)) {
        load->in_window++;
        load->bytes_in += answer.bytes;
    }
    load->answered_in_all++;
    release(load, slot, now, false);
}

static void settle(struct load *load, struct slot *slot, enum outcome outcome) {
    switch (outcome) {
    case WAITING: return;
    case ANSWERED: complete(load, slot, now_ns()); return;
    case NOT_CONNECTED: fail(load, slot, CONNECT_ERROR, now_ns()); return;
    case MALFORMED: fail(load, slot, MALFORMED_ERROR, now_ns()); return;
    case REFUSED: fail(load, slot, REFUSED_ERROR, now_ns()); return;
    case RESET: fail(load, slot, RESET_ERROR, now_ns()); return;
    case STALE:
        if (!load->is_idempotent) {
            fail(load, slot, RESET_ERROR, now_ns());
            return;
        }
        /* Once: a new connection has not served before, so it is not stale when it ends. */
        load->repeats++;
        load->protocol->close(slot);
        transmit(load, slot);
    }
}

static void admit_waiting(struct load *load) {
    struct arrival arrival;
    while (load->free_count && arrivals_take(&load->arrivals, &arrival))
        start(load, load->free_slots[--load->free_count], arrival, load->free_since);
}

static void admit_due(struct load *load, uint64_t now) {
    while (is_open_loop(load) && arrivals_next(&load->arrivals) <= now) {
        uint64_t intended = arrivals_next(&load->arrivals);
        if (intended >= load->window.end)
            return;
        struct arrival arrival = {intended, arrivals_path(&load->arrivals)};
        arrivals_step(&load->arrivals);
        load->due += window_has(&load->window, intended);
        if (load->free_count)
            start(load, load->free_slots[--load->free_count], arrival, load->free_since);
        else
            arrivals_wait(&load->arrivals, arrival);
    }
}

static void check_slots(struct load *load, uint64_t now) {
    uint64_t timeout = seconds_to_ns(load->options->timeout_seconds);
    for (int at = 0; at < load->options->connections; at++) {
        struct slot *slot = &load->slots[at];
        if (slot->state == BUSY && now > slot->started + timeout) {
            fail(load, slot, TIMEOUT_ERROR, now);
        } else if (slot->state == RESTING && now >= slot->rest_until) {
            load->busy++;
            release(load, slot, now, false);
        }
    }
}

static void serve_events(struct load *load, uint64_t until) {
    struct epoll_event events[EVENTS];
    int count = poller_wait(load->poller, events, EVENTS, until);
    for (int at = 0; at < count; at++) {
        struct slot *slot = events[at].data.ptr;
        if (slot->state == BUSY)
            settle(load, slot, load->protocol->go_on(slot, events[at].events));
        else
            load->protocol->look(slot, events[at].events);
    }
}

static bool is_over(const struct load *load, uint64_t now) {
    /* Whoever wakes up late has yet to send what was due before the end. */
    bool is_due = is_open_loop(load) && arrivals_next(&load->arrivals) < load->window.end;
    bool drained = load->busy == 0 && load->arrivals.waiting == 0 && !is_due;
    return now >= load->window.drain_end || (now >= load->window.end && drained);
}

static void run(struct load *load) {
    uint64_t next_check = load->window.start + TICK_NS;
    for (uint64_t now = now_ns(); !is_over(load, now); now = now_ns()) {
        window_tick(&load->window, now);
        admit_waiting(load);
        admit_due(load, now);
        if (now >= next_check) {
            check_slots(load, now);
            next_check = now + TICK_NS;
        }
        uint64_t until = next_check < window_next(&load->window) ? next_check : window_next(&load->window);
        if (is_open_loop(load) && !load->window.ended && arrivals_next(&load->arrivals) < until)
            until = arrivals_next(&load->arrivals);
        serve_events(load, until);
    }
    window_tick(&load->window, now_ns());
}

/* What nobody has answered by the end took at least until then: left out, a stall would look like a quiet time. */
static uint64_t count_unanswered(struct load *load) {
    uint64_t now = now_ns(), errors = 0;
    struct arrival arrival;
    for (int at = 0; at < ERRORS; at++)
        errors += load->errors[at];
    for (int at = 0; is_open_loop(load) && at < load->options->connections; at++)
        if (load->slots[at].state == BUSY && is_counted(load, &load->slots[at]))
            histogram_add(&load->latency, now - load->slots[at].intended);
    while (arrivals_take(&load->arrivals, &arrival))
        if (window_has(&load->window, arrival.intended))
            histogram_add(&load->latency, now - arrival.intended);
    return load->due - load->completed - errors;
}

static void print_number(const char *name, uint64_t value) {
    printf("\"%s\":%llu,", name, (unsigned long long)value);
}

static void report(struct load *load) {
    const char *comma = "";
    uint64_t unanswered = count_unanswered(load);
    printf("{\"seconds\":%.6f,\"cpu_seconds\":%.6f,", load->options->seconds, window_cpu_seconds(&load->window));
    print_number("sent", load->due);
    print_number("completed", load->completed);
    print_number("unanswered", unanswered);
    print_number("in_window", load->in_window);
    print_number("answered_in_all", load->answered_in_all);
    print_number("connects", load->connects);
    print_number("repeats", load->repeats);
    print_number("bytes_in", load->bytes_in);
    printf("\"errors\":{");
    for (int at = 0; at < ERRORS; at++)
        printf("%s\"%s\":%llu", at ? "," : "", ERROR_NAMES[at], (unsigned long long)load->errors[at]);
    printf("},\"statuses\":{");
    for (int at = 0; at < STATUSES; at++)
        if (load->statuses[at]) {
            printf("%s\"%d\":%llu", comma, at, (unsigned long long)load->statuses[at]);
            comma = ",";
        }
    printf("},\"latency\":");
    histogram_print(&load->latency, stdout);
    printf(",\"lag\":");
    histogram_print(&load->lag, stdout);
    printf("}\n");
}

void load_run(struct load *load) {
    const struct options *options = load->options;
    load->free_slots = allocate((size_t)options->connections, sizeof *load->free_slots);
    window_open(&load->window, options);
    load->free_since = load->window.start;
    arrivals_begin(&load->arrivals, options, load->window.start);
    for (int at = options->connections; at--;) {
        if (is_open_loop(load))
            load->free_slots[load->free_count++] = &load->slots[at];
        else
            start_closed(load, &load->slots[at], now_ns());
    }
    run(load);
    report(load);
}
