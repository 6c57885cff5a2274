-- Scalar macros about pods. `statuses` and `specs` are what the first two make of status and spec.
-- What a macro is given is copied to wherever it is mentioned, so these take what is parsed already.

CREATE MACRO container_specs(containers) AS try(from_json(
    containers,
    '[{"name":"VARCHAR","image":"VARCHAR","restartPolicy":"VARCHAR","resources":'
    || '{"requests":"MAP(VARCHAR,VARCHAR)","limits":"MAP(VARCHAR,VARCHAR)"}}]'
));

CREATE MACRO container_statuses(statuses) AS try(from_json(
    statuses,
    '[{"name":"VARCHAR","ready":"BOOLEAN","started":"BOOLEAN","restartCount":"BIGINT","state":{'
    || '"waiting":{"reason":"VARCHAR"},"running":{"startedAt":"VARCHAR"},'
    || '"terminated":{"reason":"VARCHAR","exitCode":"BIGINT","signal":"BIGINT","startedAt":"VARCHAR"}},'
    || '"lastState":{"terminated":{"reason":"VARCHAR","startedAt":"VARCHAR"}}}]'
));

-- The init containers that keep running beside the others.
CREATE MACRO sidecars(init_specs) AS [c.name FOR c IN init_specs IF c.restartPolicy = 'Always'];

CREATE MACRO container_amount(spec, kind, resource) AS
    coalesce(quantity(struct_extract(spec.resources, kind)[resource]), 0);

-- What a pod asks for, as the scheduler counts it: all containers together, or the most that is
-- needed while one init container after another runs beside the sidecars before it; a request of the
-- pod as a whole takes their place; the overhead of its runtime comes on top (PodRequests and
-- PodLimits in k8s.io/component-helpers/resource/helpers.go, v1.36). `kind` is requests or limits.
CREATE MACRO pod_amount(specs, init_specs, whole, overhead, kind, resource) AS (
    coalesce(
        quantity(try(json_extract_string(whole, [kind || '.' || resource]))[1]),
        list_first([
            greatest(
                coalesce(list_sum([container_amount(c, kind, resource) FOR c IN specs]), 0)
                + coalesce(list_sum([i.amount FOR i IN init IF i.stays]), 0),
                list_max([
                    i.amount + coalesce(list_sum([b.amount FOR b IN init[:n - 1] IF b.stays]), 0)
                    FOR i, n IN init
                ])
            )
            FOR init IN [[
                {
                    'amount': container_amount(c, kind, resource),
                    'stays': coalesce(c.restartPolicy = 'Always', false)
                }
                FOR c IN init_specs
            ]]
        ])
    )
    + coalesce(quantity(json_map(overhead)[resource]), 0)
);

-- The number (from 1) of the init container that the pod waits for: the first that has neither
-- succeeded nor, as a sidecar, started. Null if it waits for none, or no more. This and what follows
-- is printPod in pkg/printers/internalversion/printers.go, v1.36.
CREATE MACRO awaited_init_container(init_statuses, init_specs, conditions) AS CASE
    WHEN coalesce(condition(conditions, 'Initialized').status, '') <> 'True' THEN list_first([
        i
        FOR s, i IN init_statuses
        IF NOT coalesce(s.state.terminated.exitCode = 0, false)
        AND NOT (coalesce(s.started, false) AND list_contains(sidecars(init_specs), s.name))
    ])
END;

CREATE MACRO exit_reason(terminated) AS coalesce(
    nullif(terminated.reason, ''),
    CASE
        WHEN terminated IS NULL THEN NULL
        WHEN coalesce(terminated.signal, 0) <> 0 THEN 'Signal:' || terminated.signal
        ELSE 'ExitCode:' || coalesce(terminated.exitCode, 0)
    END
);

CREATE MACRO init_reason(status, awaited, init_specs) AS 'Init:' || coalesce(
    exit_reason(status.state.terminated),
    nullif(nullif(status.state.waiting.reason, 'PodInitializing'), ''),
    (awaited - 1) || '/' || len(init_specs)
);

-- The first container's reason to wait or to have ended, where one has any.
CREATE MACRO container_reason(statuses) AS list_first(list_filter(
    [coalesce(nullif(s.state.waiting.reason, ''), exit_reason(s.state.terminated)) FOR s IN statuses],
    lambda reason: reason IS NOT NULL
));

CREATE MACRO running_and_ready(statuses) AS coalesce(len([
    1 FOR s IN statuses IF s.ready AND s.state.running IS NOT NULL
]), 0);

-- What kubectl shows as STATUS.
CREATE MACRO pod_reason(
    phase, reason, deleted, conditions, statuses, init_statuses, init_specs, awaited
) AS CASE
    WHEN deleted IS NOT NULL AND reason = 'NodeLost' THEN 'Unknown'
    WHEN deleted IS NOT NULL AND phase NOT IN ('Failed', 'Succeeded') THEN 'Terminating'
    WHEN awaited IS NOT NULL THEN init_reason(init_statuses[awaited], awaited, init_specs)
    ELSE list_first([
        CASE
            WHEN shown <> 'Completed' OR running_and_ready(statuses) = 0 THEN shown
            WHEN condition(conditions, 'Ready').status = 'True' THEN 'Running'
            ELSE 'NotReady'
        END
        FOR shown IN [coalesce(
            container_reason(statuses),
            CASE
                WHEN condition(conditions, 'PodScheduled').reason = 'SchedulingGated'
                    THEN 'SchedulingGated'
            END,
            nullif(reason, ''),
            phase
        )]
    ])
END;

CREATE MACRO ready_containers(statuses, init_statuses, init_specs) AS (
    running_and_ready(statuses) + coalesce(len([
        1 FOR s IN init_statuses
        IF s.ready AND s.started AND list_contains(sidecars(init_specs), s.name)
    ]), 0)
);

CREATE MACRO expected_containers(specs, init_specs) AS
    coalesce(len(specs), 0) + coalesce(len(sidecars(init_specs)), 0);

-- While init containers run, theirs are counted, afterwards those of containers and sidecars.
CREATE MACRO pod_restarts(statuses, init_statuses, init_specs, awaited) AS coalesce(
    CASE
        WHEN awaited IS NOT NULL THEN list_sum([s.restartCount FOR s IN init_statuses])
        ELSE list_sum(list_concat(
            [s.restartCount FOR s IN statuses],
            [
                s.restartCount FOR s IN init_statuses
                IF list_contains(sidecars(init_specs), s.name)
            ]
        ))
    END,
    0
)::BIGINT;

-- Whether a container (init containers apart) has run or runs.
CREATE MACRO has_started(statuses) AS coalesce(len([
    1 FOR s IN statuses
    IF s.state.running IS NOT NULL
    OR s.lastState.terminated IS NOT NULL
    OR s.state.terminated.startedAt IS NOT NULL
]) > 0, false);

-- When the first of them started, as the kubelet's whole seconds say.
CREATE MACRO first_started(statuses) AS list_min([
    try_cast(
        coalesce(
            s.lastState.terminated.startedAt,
            s.state.running.startedAt,
            s.state.terminated.startedAt
        ) AS TIMESTAMPTZ
    )
    FOR s IN statuses
]);

CREATE MACRO out_of_memory(statuses) AS
    list_contains([s.state.terminated.reason FOR s IN statuses], 'OOMKilled');
