/* Questions and answers over a number of connections: in a closed loop, where each connection asks again when it has its
   answer; or open, where questions are due at the times of a Poisson process and wait for a free connection. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "arrivals.h"
#include "channel.h"
#include "exchange.h"
#include "histogram.h"
#include "options.h"
#include "window.h"

#define STATUSES 1000

enum error { CONNECT_ERROR, RESET_ERROR, TIMEOUT_ERROR, MALFORMED_ERROR, REFUSED_ERROR, ERRORS };

enum state { FREE, BUSY, RESTING };

struct slot {
    /* First: what the poller gives back is both. */
    union {
        struct exchange exchange;
        struct channel channel;
    };
    enum state state;
    int path;
    uint64_t intended, started, rest_until;
    /* A WebSocket's: what was said, whether it was said, and what came back. */
    char *message;
    bool said;
    enum outcome heard;
};

struct answer {
    int status;
    uint64_t bytes;
};

struct load;

/* How a question is asked and answered; outcomes as in exchange.h. */
struct protocol {
    enum outcome (*start)(struct load *load, struct slot *slot);
    enum outcome (*go_on)(struct slot *slot, uint32_t events);
    /* An event on a connection that nothing was asked on. */
    void (*look)(struct slot *slot, uint32_t events);
    struct answer (*finish)(struct load *load, struct slot *slot);
    void (*close)(struct slot *slot);
};

struct load {
    /* Set before load_run. */
    const struct options *options;
    const struct protocol *protocol;
    struct slot *slots;
    int poller;
    /* What was asked in vain on a kept connection may be asked again. */
    bool is_idempotent;
    struct line line;
    struct request *requests;
    uint64_t connects;
    /* The rest is load_run's. */
    struct window window;
    struct arrivals arrivals;
    struct slot **free_slots;
    int free_count;
    /* Since when there has been a free connection without a break. */
    uint64_t free_since;
    int busy;
    uint64_t due, completed, in_window, answered_in_all, repeats, bytes_in;
    uint64_t errors[ERRORS], statuses[STATUSES];
    struct histogram latency, lag;
};

/* Runs warm-up, span and drain, and prints what came of it. */
void load_run(struct load *load);

#endif
