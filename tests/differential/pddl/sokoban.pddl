; The warehouse keeper: crates are pushed, never pulled. Squares are floor only; `next` says which lies which way.
(define (domain sokoban)
  (:requirements :strips :typing)
  (:types square way)
  (:predicates
    (keeper ?s - square)
    (crate ?s - square)
    (free ?s - square)
    (next ?s - square ?t - square ?w - way))
  (:action walk
    :parameters (?s - square ?t - square ?w - way)
    :precondition (and (keeper ?s) (next ?s ?t ?w) (free ?t))
    :effect (and (not (keeper ?s)) (keeper ?t)))
  (:action push
    :parameters (?s - square ?t - square ?u - square ?w - way)
    :precondition (and (keeper ?s) (next ?s ?t ?w) (next ?t ?u ?w) (crate ?t) (free ?u))
    :effect (and (not (keeper ?s)) (keeper ?t) (not (crate ?t)) (free ?t) (not (free ?u)) (crate ?u))))
